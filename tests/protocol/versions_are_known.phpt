--TEST--
getNodes tells protocol and version once a node was talked to
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
is(array_column($client->getNodes(), 'server_version'), ['', ''], 'not before');
$versions = $client->getVersion();
is(array_column($client->getNodes(), 'server_version'), array_values($versions), 'afterwards');
$client->set('key', 'value');
is(array_column($client->getNodes(), 'protocol'), ['meta', 'meta'], 'and the protocol');
foreach ($client->getNodes() as $node) {
	ok($node['latency_us'] > 0, 'and how long it takes');
	is([$node['failures'], $node['retry_in_ms'], $node['hints']], [0, 0, 0], 'and no failures');
}

done();
?>
--EXPECT--
done
