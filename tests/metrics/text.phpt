--TEST--
McHA::metricsText() says the same as McHA::metrics(), in the format of Prometheus
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.shared_memory=off
mcha.retry_interval=60000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* name{labels} => value */
function samples(string $text): array
{
	preg_match_all('/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/m', $text, $found, PREG_SET_ORDER);
	return array_column($found, 2, 1);
}

$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$client->setMulti(['a' => 1, 'b' => 2, 'c' => 3]);
$client->getMulti(['a', 'b', 'c', 'd']);
$cluster->kill(1);
$client->getMulti(['a', 'b', 'c', 'd']);
$client->set('a', 2);
unset($client);

[$up, $down] = [$cluster->name(0), $cluster->name(1)];
$metrics = McHA::metrics();
$text = McHA::metricsText();
$samples = samples($text);

is(array_filter(explode("\n", trim($text)), fn($line) => $line[0] !== '#' && !preg_match('/^[a-z_]+(\{[^}]*\})? \S+$/', $line)), [],
	'each line is a comment or a sample');
foreach ($metrics['keys'] as $operation => $count) {
	is($samples["mcha_operation_keys_total{operation=\"$operation\"}"] ?? null, "$count", "keys of $operation");
}
foreach ($metrics['reads'] as $by => $count) {
	is($samples["mcha_reads_total{answered_by=\"$by\"}"] ?? null, "$count", "reads that $by answered");
}
foreach ($metrics['failed_keys'] as $operation => $count) {
	is($samples["mcha_failed_keys_total{operation=\"$operation\"}"] ?? null, "$count", "failed keys of a $operation");
}
foreach ($metrics['failures'] as $reason => $count) {
	is($samples["mcha_failures_total{reason=\"$reason\"}"] ?? null, "$count", "failures by $reason");
}
foreach (['repairs' => 'repairs', 'hedged_requests' => 'hedged_requests', 'hints_recorded' => 'hints_recorded'] as $name => $counter) {
	is($samples["mcha_{$counter}_total"] ?? null, "$metrics[$name]", $name);
}
is([$samples["mcha_node_up{node=\"$up\"}"], $samples["mcha_node_up{node=\"$down\"}"]], ['1', '0'], 'the dead node is not up');
is($samples["mcha_node_hints{node=\"$down\"}"], "{$metrics['nodes'][$down]['hints']}", 'hints of the dead node');
between($samples["mcha_node_hints{node=\"$down\"}"], 1, 1, 'the dead node has missed a write');

foreach ([$up, $down] as $node) {
	$latency = $metrics['nodes'][$node]['latency'];
	$sum = 0;
	foreach ($latency['buckets'] as $bound => $count) {
		$sum += $count;
		$le = $bound ? sprintf('%.6f', $bound / 1e6) : '+Inf';
		is($samples["mcha_node_latency_seconds_bucket{node=\"$node\",le=\"$le\"}"] ?? null, "$sum", "answers within $le s");
	}
	is($samples["mcha_node_latency_seconds_count{node=\"$node\"}"], "$sum", 'the last bucket has all answers');
	is($samples["mcha_node_latency_seconds_sum{node=\"$node\"}"], sprintf('%.6f', $latency['sum_us'] / 1e6), 'the sum is in seconds');
}

$promtool = exec(escapeshellarg(__DIR__ . '/promtool') . ' 2>&1', $said, $status);
is([$status, $status ? $said : []], [0, []], 'promtool is there');
$folder = new Folder();
file_put_contents("$folder->path/metrics", $text);
$said = [];
exec(escapeshellarg($promtool) . " check metrics <$folder->path/metrics 2>&1", $said, $status);
is([$status, $said], [0, []], 'promtool finds nothing to say');

done();
?>
--EXPECT--
done
