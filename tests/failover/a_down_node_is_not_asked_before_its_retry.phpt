--TEST--
The client does not ask a node that failed again before the node's retry is due
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
is(array_column($client->getNodes(), 'state'), ['up', 'up', 'up'], 'all nodes are up');
is(array_diff(['host', 'port', 'weight', 'zone', 'state', 'latency_us', 'failures', 'retry_in_ms', 'protocol', 'server_version', 'hints'],
	array_keys($client->getNodes()[0])), [], 'getNodes() has these fields');
$cluster->kill(0);
is($client->get($key), 'value', 'after the kill of node 0 the other replica answers');
$node = $client->getNodes()[0];
is($node['state'], 'down', 'getNodes() shows that the node is down');
ok($node['failures'] >= 1, 'getNodes() counts the failure');
ok($node['retry_in_ms'] > 1000000, 'the retry of the node is far away');
is($client->getReplicas($key)[0]['state'], 'down', 'getReplicas() shows that the node is down');

/* A listener in the place of the node sees each attempt to connect. */
$trap = stream_socket_server("tcp://{$cluster->name(0)}");
$read = [$trap];
for ($i = 0; $i < 100; $i++) {
	is($client->get($key), 'value', 'reads go on');
	ok($client->set("other$i", $i), 'writes go on');
}
$other = new McHA(null, null, $cluster->servers());
is($other->get($key), 'value', 'another client of this process reads');
is($other->getNodes()[0]['state'], 'down', 'another client of this process knows that the node is down');
$write = $except = [];
is(stream_select($read, $write, $except, 0), 0, 'no client has tried to connect to the node');

done();
?>
--EXPECT--
done
