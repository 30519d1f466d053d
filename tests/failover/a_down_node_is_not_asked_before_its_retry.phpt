--TEST--
A node that failed is not asked again before its retry is due
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 3600, McHA::OPT_DEAD_TIMEOUT => 7200]);
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'value');
$client->getVersion();
is(array_column($client->getNodes(), 'state'), ['up', 'up', 'up'], 'all are up');
is(array_diff(['host', 'port', 'weight', 'zone', 'state', 'latency_us', 'failures', 'retry_in_ms', 'protocol', 'server_version', 'hints'],
	array_keys($client->getNodes()[0])), [], 'what is said of a node');
$cluster->kill(0);
is($client->get($key), 'value', 'it is killed: the other one answers');
$node = $client->getNodes()[0];
is($node['state'], 'down', 'it is known to be down');
ok($node['failures'] >= 1, 'after a failure');
ok($node['retry_in_ms'] > 1000000, 'and is left alone');
is($client->getReplicas($key)[0]['state'], 'down', 'the list of the key says so');

/* Whoever asks now is seen. */
$trap = stream_socket_server("tcp://{$cluster->name(0)}");
$read = [$trap];
for ($i = 0; $i < 100; $i++) {
	is($client->get($key), 'value', 'reads go on');
	ok($client->set("other$i", $i), 'writes go on');
}
$other = new McHA(null, null, $cluster->servers());
is($other->get($key), 'value', 'another client of this process');
is($other->getNodes()[0]['state'], 'down', 'knows it too');
$write = $except = [];
is(stream_select($read, $write, $except, 0), 0, 'nobody has tried to connect');

done();
?>
--EXPECT--
done
