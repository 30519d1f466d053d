<?php
/* SPDX-License-Identifier: MIT */
/* The whole comparison; bench/run builds what it needs and starts it. */

require __DIR__ . '/options.inc';
require __DIR__ . '/fpm.inc';
require __DIR__ . '/report.inc';
require __DIR__ . '/plot.inc';

function load_average(): float
{
	return (float) file_get_contents('/proc/loadavg');
}

$options = new Options(array_slice($argv, 1));
$programs = new Programs();
$processors = new Processors();
$busy = load_average();

echo "$options->rounds interleaved rounds of $options->operations operations (slow ones: fewer); ", $processors->words(), "\n",
	'us: microseconds an operation; of these, how many the client computes (user, system), and how many the servers and the proxy do; medians',
	"\nratios: the median of the rounds' (least..greatest)\n";
if ($busy > 0.5) {
	echo "Something else is running here (load $busy): the figures spread.\n";
}
$series = $data = [];
foreach (CHAPTERS as [$words, $cases, $part, $measure, $unit]) {
	$cases = array_filter($cases, $options->wants(...), ARRAY_FILTER_USE_KEY);
	if (!$cases) {
		continue;
	}
	$begin = hrtime(true);
	$all = $measure($cases, $options, $part, $programs, $processors);
	printf("\n--- %s (%d rounds, %d s) ---\n", $words, $options->roundsOf($part), (hrtime(true) - $begin) / 1e9);
	print_tables($cases, $all, $unit);
	$series += $all;
	foreach ($all as $case => $byName) {
		$data[$case] = ['chapter' => $words] + case_as_data($cases[$case][0], $unit, $byName);
	}
}
$facts = compare(FACTS, $series);
$goals = compare(GOALS, $series);
print_comparisons('Ratios', $facts);
print_comparisons('Goals', $goals);

$result = ['machine' => machine($programs), 'rounds' => $options->rounds, 'operations' => $options->operations,
	'places' => $processors->words(), 'load' => $busy, 'cases' => $data, 'ratios' => $facts, 'goals' => $goals];
$json = json_encode($result, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION) . "\n";
if ($options->json !== null) {
	file_put_contents($options->json, $json);
}
if ($options->svg !== null) {
	file_put_contents($options->svg, (new Plot(json_decode($json, true)))->draw());
}
