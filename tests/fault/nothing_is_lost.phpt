--TEST--
While nodes fail at random no value is lost, becomes stale or is read under a wrong key
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip PHP without pcntl');
}
if (getenv('MCHA_VALGRIND_LOGS')) {
	die('skip operations exceed their timeouts under valgrind');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/round.inc';

ini_set('memory_limit', -1);

/* A short run; tests/fault/soak is the long one. The timeout is long enough for a busy machine: a node that is only
 * slow must not count as failed. The faults late and jitter are left out, because their delays are close to the
 * timeout. */
$weights = ['blackhole' => 3] + array_diff_key(FaultScript::WEIGHTS, ['late' => true, 'jitter' => true]);
foreach ([[3, 2], [3, 1], [5, 3]] as [$nodes, $copies]) {
	$settings = [
		'seed' => random_int(1, 999999), 'nodes' => $nodes, 'copies' => $copies, 'seconds' => 4.0, 'workers' => 4,
		'subject' => 'mcha', 'timeout' => 4000, 'weights' => $weights,
		'draws' => ['plain', 'many', 'types', 'gaps', 'spares', 'logs', 'holds', 'fresh', 'brief', 'kills', 'losses'],
	];
	for ($try = 0; $try < 5; $try++) {
		$round = new Round($settings);
		$checker = $round->run();
		if (!$round->void) {
			break;
		}
	}
	if ($round->void) {
		continue; /* this machine is too busy: the round cannot tell which node failed */
	}
	ok(count($checker->operations) > 100, 'operations were carried out');
	foreach (array_filter($checker->violations) as $class => $violations) {
		echo "$class, with ", json_encode($settings), ' and ', json_encode(array_column($round->faults, 2)), ":\n";
		echo implode("\n", array_slice($violations, 0, 5)), "\n";
	}
}

done();
?>
--EXPECT--
done
