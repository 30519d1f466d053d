--TEST--
A counter with a time to live, as of a rate limiter, begins anew when its time is over, however often it is counted
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/staggered.inc';

/* Counts each counter in rounds until it has begun anew three times. */
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

/* The copies of a counter become equal again; those that expire within a second are left out. */
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
	}, what: "the copies of a counter to be equal: $name");
}

/* The counter has expired on one home and is about to expire on the other: the new counter replaces both copies. */
foreach ([0, 1] as $ended) {
	$client = $cluster->client();
	$homes = array_slice($cluster->preference($client, "turn.$ended"), 0, 2);
	$client->set("turn.$ended", 0); /* connects */
	$cluster->delete($homes[$ended], "turn.$ended");
	$cluster->raw($homes[1 - $ended], "ms turn.$ended 2 T1\r\n57\r\n");
	is($client->increment("turn.$ended", 1, 1, 500), 1, 'the counter begins anew');
	foreach ($homes as $home) {
		is($cluster->holds($home, "turn.$ended"), '1', 'the home has the new counter');
		between($cluster->ttl($home, "turn.$ended"), 300, 500, 'the new counter has its whole time to live');
	}
}

/* A lost copy is refilled from the other, with the remaining time to live of that one. */
foreach ([0, 1] as $lost) {
	$homes = array_slice($cluster->preference($client, "lost.$lost"), 0, 2);
	for ($i = 1; $i <= 20; $i++) {
		is($client->increment("lost.$lost", 1, 1, 5000), $i, 'increment() goes on');
	}
	$client->touch("lost.$lost", 500);
	$cluster->delete($homes[$lost], "lost.$lost");
	is($client->increment("lost.$lost", 1, 1, 5000), 21, 'increment() goes on from the remaining copy');
	foreach ($homes as $home) {
		is($cluster->holds($home, "lost.$lost"), '21', 'the home has the counter');
		between($cluster->ttl($home, "lost.$lost"), 300, 500, 'the copy has the remaining time to live');
	}
}

/* A counter without a time to live does not expire. */
$client = $cluster->client();
for ($i = 6; $i <= 50; $i++) {
	is($client->increment('for.ever', 1, 6), $i, 'increment() goes on');
}
is($cluster->ttl($cluster->preference($client, 'for.ever')[0], 'for.ever'), -1, 'the counter has no expiry');

done();
?>
--EXPECT--
done
