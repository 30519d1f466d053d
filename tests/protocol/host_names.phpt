--TEST--
A node is reached by name, at any address of the name that answers
--SKIPIF--
<?php $needs = ['memcached', 'localhost']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* localhost may be 127.0.0.1 and ::1, and the nodes listen on one of them. */
$cluster = new Cluster(2, ['name' => 'localhost']);
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
	$key = $cluster->keyLedBy($client, 0, null, $protocol);
	ok($client->set($key, 'value'), "$protocol: set");
	is($cluster->copies($key), ['value', 'value'], "$protocol: both copies are written");
	is($client->get($key), 'value', "$protocol: get");
	is($client->getServerList()[0]['host'], 'localhost', "$protocol: the server list has the name");
}
$client = new McHA();
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
$client->addServer('no-such-host.invalid', 11211);
is($client->get('key'), false, 'a name that does not resolve');
is(result($client), 'RES_HOST_LOOKUP_FAILURE', 'the result is a host lookup failure');
ok(!$client->set('key', 1), 'set() fails, too');
$client->addServer('localhost', $cluster->nodes[0]->number);
for ($i = 0; $client->getReplicas($key = "key$i")[0]['host'] === 'localhost'; $i++) {
}
ok($client->set($key, 'value'), 'set() writes the other replica');
is($client->get($key), 'value', 'the other replica\'s copy is read');
is(array_keys($client->getLastReplication()['failed']), ['no-such-host.invalid:11211'], 'the report names the node');

/* A name that does not resolve delays no operation beyond its timeout, and a write succeeds on the other replicas. */
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_PROTOCOL => $protocol]);
	foreach (['no-such-host.invalid', 'no-such-host-either.invalid'] as $host) {
		$client->addServer($host, 11211);
	}
	ok(!$client->set('key', 1), "$protocol: set() fails");
	is(result($client), 'RES_HOST_LOOKUP_FAILURE', "$protocol: the result is a host lookup failure");
	ok(str_contains($client->getLastErrorMessage(), 'host name not resolved'), "$protocol: the error message says so: " . $client->getLastErrorMessage());
	$client->addServer('localhost', $cluster->nodes[0]->number);
	$client->setOption(McHA::OPT_NUMBER_OF_REPLICAS, 2);
	ok($client->set('key', "value by $protocol"), "$protocol: one copy can be written");
	is($client->get('key'), "value by $protocol", "$protocol: the copy is read");
	is(count($client->getNodes()), 3, "$protocol: all nodes stay in the pool");
}

done();
?>
--EXPECT--
done
