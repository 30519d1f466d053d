--TEST--
McHA::metrics() counts keys, which node answered, repairs, failures and hints
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.shared_memory=off
mcha.retry_interval=60000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* What the operations of an object of its own have added to the metrics, those of its end included. */
function added(Cluster $cluster, callable $operations): array
{
	$before = McHA::metrics();
	$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
	$operations($client);
	unset($client);
	$differences = function (array $after, array $before) use (&$differences): array {
		$changed = [];
		foreach ($after as $name => $value) {
			$change = is_array($value) ? $differences($value, $before[$name] ?? []) : (is_int($value) ? $value - ($before[$name] ?? 0) : null);
			if ($change) {
				$changed[$name] = $change;
			}
		}
		return $changed;
	};
	return array_diff_key($differences(McHA::metrics(), $before), ['nodes' => 0]);
}

$cluster = new Cluster(3);
$first = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$key = $cluster->keyLedBy($first, 0, 1);
$names = array_map($cluster->name(...), [0, 1, 2]);
is(McHA::metrics()['keys'], ['get' => 0, 'store' => 0, 'delete' => 0, 'touch' => 0, 'count' => 0], 'nothing was counted yet');

is(added($cluster, function (McHA $client) use ($key): void {
	$client->set($key, 1);
	$client->setMulti(['a' => 1, 'b' => 2]);
	$client->add('c', 3);
	$client->get($key);
	$client->getMulti(['a', 'b', 'none', 'no key']);
	$client->increment('a');
	$client->touch('b', 100);
	$client->delete('c');
}), [
	'keys' => ['get' => 5, 'store' => 4, 'delete' => 1, 'touch' => 1, 'count' => 1],
	'reads' => ['first' => 3, 'miss' => 1],
], 'each operation counts its keys, each read the node that answered');

$latency = McHA::metrics()['nodes'][$names[0]]['latency'];
between($latency['count'], 1, 1000, 'the latencies of a node are counted');
is(array_sum($latency['buckets']), $latency['count'], 'each latency is in one bucket');
between($latency['sum_us'], $latency['count'], PHP_INT_MAX, 'the sum of the latencies is in microseconds');
is(array_slice(array_keys($latency['buckets']), 0, 3), [64, 128, 256], 'the bounds of the buckets double');
is(array_key_last($latency['buckets']), 0, 'the last bucket has no bound');

$cluster->delete(0, $key);
is(added($cluster, fn(McHA $client) => $client->get($key)), [
	'keys' => ['get' => 1],
	'reads' => ['fallback' => 1],
	'repairs' => 1,
], 'a read that another home node answers, and its repair');

$cluster->kill(0);
$added = added($cluster, function (McHA $client) use ($key): void {
	$client->get($key);
	$client->set($key, 2);
	$client->get($key);
});
is($added['reads'], ['fallback' => 2], 'a dead node: the other home node answers');
is($added['hints_recorded'], 1, 'a dead node: the write that it missed');
is(array_sum($added['failures']) >= 2, true, 'a dead node: each operation that could not use it counts');
is(isset($added['failures']['down']), true, 'a dead node: the reason of operations that leave it alone is down');
is(isset($added['failures']['connect']) || isset($added['failures']['closed']), true, 'a dead node: so is the first failure');
$node = McHA::metrics()['nodes'][$names[0]];
is([$node['state'], $node['hints']], ['down', 1], 'a dead node: its state and its hints');

$cluster->kill(1);
$cluster->kill(2);
is(added($cluster, function (McHA $client): void {
	$client->get('a');
	$client->set('a', 1);
})['failed_keys'], ['read' => 1, 'write' => 1], 'all nodes are dead: operations that failed');

done();
?>
--EXPECT--
done
