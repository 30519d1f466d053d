--TEST--
A touch that a node missed while it was down is replayed to that node's copy when it is back
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$lives = ['shorter' => [3600, 500], 'longer' => [500, 3600], 'endless' => [500, 0], 'limited' => [0, 500]];
foreach (array_filter([getenv('MEMCACHED') ?: 'memcached', getenv('MCHA_NEWER_MEMCACHED')]) as $binary) {
	foreach ([0, 1] as $node) {
		$cluster = new Cluster(2, ['memcached' => $binary]);
		$client = $cluster->client();
		$quick = $cluster->client([McHA::OPT_OPERATION_TIMEOUT => 1000]);
		$hints = fn() => array_sum(array_column($client->getNodes(), 'hints'));
		foreach ($lives as $key => [$before]) {
			$client->set($key, 'value', $before);
		}
		$client->set('over', 'value', 3600);
		$cluster->stop($node);
		$quick->touch('nothing', 5); /* the client notices that the node is down, and sends it no further requests */
		foreach ($lives as $key => [, $after]) {
			ok($quick->touch($key, $after), "$binary, node $node is down: $key");
		}
		ok($quick->touch('over', -1), "$binary, node $node is down: the value is ended");
		$cluster->cont($node);
		wait_until(fn() => $cluster->raw($node, "version\r\n") !== '', what: 'the node to go on');

		is($client->get('over'), false, "$binary, node $node is back: the ended value is a miss");
		wait_until(fn() => $client->getMulti(['over', ...array_keys($lives)]) && $hints() === 0, what: 'all hints to be replayed');
		foreach ($lives as $key => [, $after]) {
			is($client->get($key), 'value', "$binary, node $node is back: $key");
			foreach ([0, 1] as $each) {
				$after ? between($cluster->ttl($each, $key), $after - 200, $after, "$binary, node $node is back, node $each: $key")
					: is($cluster->ttl($each, $key), -1, "$binary, node $node is back, node $each: $key");
			}
		}
		is($cluster->copies('over'), [], "$binary, node $node is back: no node has a copy of the ended value");
	}
}

done();
?>
--EXPECT--
done
