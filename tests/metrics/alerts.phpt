--TEST--
Each alert of examples/monitoring/alerts.yml fires when a pool is broken in its way, and no other one does
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.shared_memory=off
mcha.hint_capacity=0
mcha.retry_interval=600000
mcha.retry_interval_max=600000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* sample => value, of this pool's nodes only */
function samples(Cluster $cluster): array
{
	$own = explode(',', $cluster->servers());
	preg_match_all('/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/m', McHA::metricsText(), $found, PREG_SET_ORDER);
	return array_filter(
		array_column($found, 2, 1),
		fn(string $sample) => !preg_match('/node="([^"]*)"/', $sample, $node) || in_array($node[1], $own, true),
		ARRAY_FILTER_USE_KEY
	);
}

/* As if the trouble went on for twenty minutes: counters go on to grow by what has been added every 15 seconds. */
function series(array $before, array $after): string
{
	$lines = '';
	foreach ($after as $sample => $value) {
		$grows = preg_match('/_(total|bucket|sum|count)\b/', $sample);
		$step = $grows ? $value - ($before[$sample] ?? 0) : 0;
		$name = str_contains($sample, '{') ? str_replace('}', ',instance="web"}', $sample) : "$sample{instance=\"web\"}";
		$lines .= "      - series: '$name'\n        values: '$value+{$step}x80'\n";
	}
	return $lines;
}

/* What $break, given a new pool and a client of it, makes fire. */
function fires(string $what, array $alerts, callable $break, array $options = []): void
{
	static $promtool = null;
	$promtool ??= exec(escapeshellarg(__DIR__ . '/promtool'));
	$cluster = new Cluster(3);
	$client = $cluster->client($options + [McHA::OPT_NUMBER_OF_REPLICAS => 1]);
	$keys = array_map(fn(int $i) => $cluster->keyLedBy($client, $i, ($i + 1) % 3), [0, 1, 2]);
	$client->setMulti(array_fill_keys($keys, 'v'));
	$client->getMulti($keys);
	unset($client);
	$before = samples($cluster);
	$client = $cluster->client($options + [McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_FAILURE_CALLBACK => fn() => null]); /* not into the log */
	$break($cluster, $client, $keys);
	unset($client);
	$expected = $alerts ? "\n" : " []\n";
	foreach ($alerts as $alert) {
		$expected .= "          - labels: '{alertname=\"$alert\"}'\n            value: 1\n";
	}
	$folder = new Folder();
	$rules = dirname(__DIR__, 2) . '/examples/monitoring/alerts.yml';
	file_put_contents("$folder->path/test.yml", "rule_files: ['$rules']\nevaluation_interval: 15s\ntests:\n  - interval: 15s\n    input_series:\n"
		. series($before, samples($cluster))
		. "    promql_expr_test:\n      - expr: 'count by (alertname) (ALERTS{alertstate=\"firing\"}) > bool 0'\n        eval_time: 19m\n        exp_samples:$expected");
	exec(escapeshellarg($promtool) . " test rules $folder->path/test.yml 2>&1", $said, $status);
	is([$status, $status ? $said : []], [0, []], "$what: " . (implode(', ', $alerts) ?: 'nothing') . ' fires');
}

/* Reads that the key's first node answers: so many that a moment in which this machine stands still is less than one in a
 * hundred of them. */
function use_it(McHA $client, array $keys): void
{
	for ($i = 0; $i < 2000; $i++) {
		$client->getMulti($keys);
	}
}

fires('a healthy pool', [], function (Cluster $cluster, McHA $client, array $keys): void {
	use_it($client, $keys);
	$client->set($keys[0], 'w');
	$client->get('no-such-key');
});

fires('a dead node', ['McHANodeDown'], function (Cluster $cluster, McHA $client, array $keys): void {
	$cluster->kill(0);
	$client->get($keys[0]);
	use_it($client, [$keys[1], $keys[2]]);
});

fires('a dead node that misses a write', ['McHANodeDown', 'McHAHintsWait'], function (Cluster $cluster, McHA $client, array $keys): void {
	$cluster->kill(0);
	$client->set($keys[0], 'w');
	use_it($client, [$keys[1], $keys[2]]);
});

fires('a dead node that misses too many writes', ['McHANodeDown', 'McHAHintsWait', 'McHANodeDistrusted'], function (Cluster $cluster, McHA $client, array $keys): void {
	$cluster->kill(0);
	for ($i = 0; $i < 12000 && !array_filter(array_column($client->getNodes(), 'distrusted')); $i += 500) {
		$client->setMulti(array_fill_keys(array_map(fn(int $j) => "key$j", range($i, $i + 499)), 'w'));
	}
	use_it($client, [$keys[1], $keys[2]]);
});

fires('first copies that are lost', ['McHACopiesMissing'], function (Cluster $cluster, McHA $client, array $keys): void {
	for ($i = 0; $i < 1000; $i++) {
		$cluster->delete(0, $keys[0]);
		$client->getMulti($keys);
	}
});

fires('a node that hangs, and is not held down', ['McHATimeouts'], function (Cluster $cluster, McHA $client, array $keys): void {
	$client->setOptions([McHA::OPT_OPERATION_TIMEOUT => 12000]); /* half of it is left for the other home node */
	$cluster->stop(0);
	$client->get($keys[0]);
	$cluster->cont(0);
	$client->setOptions([McHA::OPT_OPERATION_TIMEOUT => 40000]);
	use_it($client, $keys);
}, [McHA::OPT_RETRY_TIMEOUT => 0]);

fires('a node that is slow', ['McHANodeSlow'], function (Cluster $cluster, McHA $client, array $keys): void {
	for ($i = 0; $i < 5; $i++) {
		$cluster->stop(0);
		exec("(sleep 0.3; kill -CONT {$cluster->pid(0)}) >/dev/null 2>&1 &");
		$client->get($keys[0]);
	}
}, [McHA::OPT_NUMBER_OF_REPLICAS => 0]);

fires('all nodes dead', ['McHANodeDown', 'McHAOperationsFail'], function (Cluster $cluster, McHA $client, array $keys): void {
	array_map($cluster->kill(...), [0, 1, 2]);
	$client->get($keys[0]);
	$client->get($keys[1]);
	$client->get($keys[2]);
});

done();
?>
--EXPECT--
done
