--TEST--
A counter with a life, as rate limiters have it, begins anew when its time is over, however often it is counted
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/staggered.inc';

/* Each is counted in rounds until it has begun anew three times. */
$cluster = staggered_cluster(3);
$counters = [];
foreach ([0, 1, 2] as $replicas) {
	foreach (['ordered', 'balanced'] as $policy) {
		$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => $replicas, McHA::OPT_READ_POLICY => $policy]);
		foreach ([2, 3, 5] as $life) {
			$name = "$life seconds, $replicas replicas, $policy";
			$key = str_replace([' ', ','], '.', $name);
			$counters["up: $name"] = [$client, "up.$key", fn() => $client->increment("up.$key", 1, 1, $life)];
			$counters["down: $name"] = [$client, "down.$key", fn() => -$client->decrement("down.$key", 1, 100000, $life)];
		}
	}
}
$turns = array_fill_keys(array_keys($counters), 0);
$last = array_fill_keys(array_keys($counters), PHP_INT_MIN);
wait_until(function () use ($counters, &$last, &$turns) {
	foreach ($counters as $name => [,, $count]) {
		$number = $count();
		$turns[$name] += $number < $last[$name];
		$last[$name] = $number;
	}
	return min($turns) >= 3;
}, what: 'all counters to begin anew three times');

/* Its copies go on together. One that ends within a second need not: it is about to be made anew. */
foreach ($counters as $name => [$client, $key, $count]) {
	wait_until(function () use ($cluster, $key, $count) {
		$count();
		$copies = [];
		foreach ($cluster->nodes as $node) {
			$item = $node->item($key);
			if ($item && $item['ttl'] > 1) {
				$copies[] = rtrim($item['value']);
			}
		}
		return $copies && count(array_unique($copies)) === 1;
	}, what: "the copies to be equal: $name");
}

/* Ended on one node, about to end on another: the new one is the counter, on both. */
foreach ([0, 1] as $ended) {
	$client = $cluster->client();
	$homes = array_slice($cluster->preference($client, "turn.$ended"), 0, 2);
	$client->set("turn.$ended", 0); /* connected */
	$cluster->delete($homes[$ended], "turn.$ended");
	$cluster->raw($homes[1 - $ended], "ms turn.$ended 2 T1\r\n57\r\n");
	is($client->increment("turn.$ended", 1, 1, 500), 1, 'it begins anew');
	foreach ($homes as $home) {
		is($cluster->holds($home, "turn.$ended"), '1', 'on both nodes');
		between($cluster->ttl($home, "turn.$ended"), 300, 500, 'with its whole life');
	}
}

/* A copy that is lost is made from one that is not, with no more life than that has. */
foreach ([0, 1] as $lost) {
	$homes = array_slice($cluster->preference($client, "lost.$lost"), 0, 2);
	for ($i = 1; $i <= 20; $i++) {
		is($client->increment("lost.$lost", 1, 1, 5000), $i, 'a number');
	}
	$client->touch("lost.$lost", 500);
	$cluster->delete($homes[$lost], "lost.$lost");
	is($client->increment("lost.$lost", 1, 1, 5000), 21, 'the count goes on');
	foreach ($homes as $home) {
		is($cluster->holds($home, "lost.$lost"), '21', 'on both nodes');
		between($cluster->ttl($home, "lost.$lost"), 300, 500, 'with the life that was left');
	}
}

/* A counter that has no life goes on for ever, and so does one that another client gave none. */
$client = $cluster->client();
for ($i = 6; $i <= 50; $i++) {
	is($client->increment('for.ever', 1, 6), $i, 'a number');
}
is($cluster->ttl($cluster->preference($client, 'for.ever')[0], 'for.ever'), -1, 'for ever');

done();
?>
--EXPECT--
done
