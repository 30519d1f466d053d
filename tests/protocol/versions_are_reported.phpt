--TEST--
getNodes() reports the protocol and version of a node after the first contact
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
is(array_column($client->getNodes(), 'server_version'), ['', ''], 'protocol and version are unknown before the first contact');
$versions = $client->getVersion();
is(array_column($client->getNodes(), 'server_version'), array_values($versions), 'the version is known after the first contact');
$client->set('key', 'value');
is(array_column($client->getNodes(), 'protocol'), ['meta', 'meta'], 'the protocol is known');
foreach ($client->getNodes() as $node) {
	ok($node['latency_us'] > 0, 'the latency is known');
	is([$node['failures'], $node['retry_in_ms'], $node['hints']], [0, 0, 0], 'there are no failures');
}

done();
?>
--EXPECT--
done
