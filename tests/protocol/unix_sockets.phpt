--TEST--
Nodes are reached over unix sockets
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2, ['unix' => true]);
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
	is($client->get($key), 'value', "$protocol: get() after the restart");
}
foreach (["unix://{$cluster->name(0)},unix://{$cluster->name(1)}", $cluster->servers()] as $string) {
	$client = new McHA(null, null, $string);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	is($client->get($key), 'value', 'a pool string with unix sockets');
	is($client->getServerList()[0]['type'], 'SOCKET', 'of sockets');
}
$client = new McHA();
$client->addServer("unix://{$cluster->name(0)}", 0);
ok($client->set('key', 'value'), 'addServer() with unix://');

done();
?>
--EXPECT--
done
