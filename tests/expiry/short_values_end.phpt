--TEST--
A short-lived value that is read all the time expires, under every read policy, and after a restart of a node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require __DIR__ . '/staggered.inc';

const POLICIES = ['ordered', 'balanced', 'nearest', 'quorum'];

$read_until_gone = function (Cluster $cluster, string $when): void {
	$clients = $keys = [];
	foreach (POLICIES as $policy) {
		foreach ([1, 2] as $replicas) {
			$name = "$when, $policy, $replicas replicas";
			$clients[$name] = $cluster->client([McHA::OPT_READ_POLICY => $policy, McHA::OPT_NUMBER_OF_REPLICAS => $replicas]);
			$keys[$name] = array_map(fn(int $i) => str_replace([' ', ','], '.', "$name.$i"), range(1, 20));
			$clients[$name]->setMulti(array_fill_keys($keys[$name], 'value'), 2);
		}
	}
	wait_until(function () use ($clients, &$keys) {
		foreach ($keys as $name => $some) {
			$found = $clients[$name]->getMulti($some);
			foreach ($some as $key) {
				$found += array_filter([$key => $clients[$name]->get($key)]);
			}
			$keys[$name] = array_keys($found);
		}
		return array_filter($keys) === [];
	}, what: "all values to expire $when");
};

$cluster = staggered_cluster(3);
$read_until_gone($cluster, 'in a healthy pool');
$client = $cluster->client();
foreach ([0, 1] as $node) {
	$cluster->restart($node);
	foreach (range(0, 2) as $first) {
		$client->set($cluster->keyLedBy($client, $first), 'value'); /* the client notices the restart */
	}
	$read_until_gone($cluster, "after node $node was restarted");
}

/* Read repair gives no copy more time to live than the longest copy has left. */
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$client->set('key', 'value', 6);
$most = 6;
wait_until(function () use ($cluster, $client, &$most) {
	static $round = 0;
	$cluster->delete($round++ % 3, 'key');
	$value = $client->get('key');
	$longest = max(array_column($client->inspect('key'), 'ttl'));
	ok($longest <= $most, "a copy has $longest seconds left after each copy had at most $most");
	$most = $longest ?? $most;
	return $value === false;
}, what: 'a value whose copies are lost and refilled to expire');

/* remember() computes an expired value again. */
foreach (POLICIES as $policy) {
	$client = $cluster->client([McHA::OPT_READ_POLICY => $policy]);
	$made = array_fill_keys(array_map(fn(int $i) => "remember.$policy.$i", range(1, 5)), 0);
	wait_until(function () use ($client, &$made) {
		foreach (array_keys($made) as $key) {
			$client->remember($key, function () use (&$made, $key) {
				return ++$made[$key];
			}, 2);
		}
		return min($made) >= 3;
	}, what: "values to be computed again, $policy");
}

done();
?>
--EXPECT--
done
