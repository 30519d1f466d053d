--TEST--
examples/monitoring: the page answers a scrape, and the dashboard asks for metrics that there are
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.shared_memory=off
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$folder = dirname(__DIR__, 2) . '/examples/monitoring';
$cluster = new Cluster(1);
$cluster->client()->get('a');
ob_start();
require "$folder/metrics.php";
$page = ob_get_clean();
is($page, McHA::metricsText(), 'the page has the metrics');

preg_match_all('/^# TYPE (\S+) (\S+)$/m', $page, $found);
$types = array_combine($found[1], $found[2]);
foreach (['docs/monitoring.md' => '/^\| `(mcha_\w+)` \| (\w+)/m'] as $file => $pattern) {
	preg_match_all($pattern, file_get_contents(dirname(__DIR__, 2) . "/$file"), $told);
	is(array_intersect_key(array_combine($told[1], $told[2]), $types), $types, "$file tells of each metric and its type"); // the agent has more
}
foreach (['grafana.json', 'alerts.yml'] as $file) {
	preg_match_all('/\bmcha_\w+/', file_get_contents("$folder/$file"), $used);
	$names = array_unique(preg_replace('/_bucket$/', '', $used[0]));
	is(array_values(array_diff($names, array_keys($types))), [], "$file uses metrics that there are");
}
$dashboard = json_decode(file_get_contents("$folder/grafana.json"), true, flags: JSON_THROW_ON_ERROR);
$promtool = exec(escapeshellarg(__DIR__ . '/promtool'));
foreach ($dashboard['panels'] as $panel) {
	foreach ($panel['targets'] as $target) {
		$expression = strtr($target['expr'], ['$__rate_interval' => '5m', '$instance' => '.*']);
		$rules = new Folder();
		file_put_contents("$rules->path/rules.yml", json_encode(['groups' => [['name' => 'g', 'rules' => [['record' => 'r', 'expr' => $expression]]]]], JSON_UNESCAPED_SLASHES));
		exec(escapeshellarg($promtool) . " check rules $rules->path/rules.yml 2>&1", $said, $status);
		is($status, 0, "the dashboard's question $expression is valid");
	}
}

done();
?>
--EXPECT--
done
