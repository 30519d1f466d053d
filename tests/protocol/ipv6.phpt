--TEST--
Nodes are reached over IPv6
--SKIPIF--
<?php $needs = ['memcached', 'ipv6']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2, ['address' => '::1']);
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
	$key = $cluster->keyLedBy($client, 0, null, $protocol);
	ok($client->set($key, 'value'), "$protocol: set");
	is($cluster->copies($key), ['value', 'value'], "$protocol: both copies are written");
	is($client->get($key), 'value', "$protocol: get");
	$cluster->kill(0);
	is($client->get($key), 'value', "$protocol: get() with one node killed");
	is(array_keys($client->getLastReplication()['failed']), [$cluster->name(0)], "$protocol: the report names the killed node");
	$cluster->restart(0);
}
$client = new McHA(null, null, $cluster->servers());
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
is($client->get($key), 'value', 'a pool string with IPv6 addresses');
is($client->getServerList()[0]['host'], '::1', 'the server list has the address without brackets');

done();
?>
--EXPECT--
done
