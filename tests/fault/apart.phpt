--TEST--
Hosts that share nothing hear of one another's writes in time while nodes fail for some of them; without the journal they do not
--SKIPIF--
<?php
$needs = ['pcntl'];
require dirname(__DIR__) . '/lib/skip.inc';
if (getenv('MCHA_VALGRIND_LOGS')) {
	die('skip operations exceed their timeouts under valgrind');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/round.inc';

ini_set('memory_limit', -1);

/* The timeout is long enough for a busy machine, see nothing_is_lost.phpt. What other hosts must have heard of is counted from
 * mcha.hint_interval and this timeout. */
function play(array $settings): Checker
{
	$round = new Round($settings + ['nodes' => 3, 'copies' => 2, 'seconds' => 6.0, 'workers' => 6, 'subject' => 'mcha', 'timeout' => 1500, 'apart' => true,
		'draws' => ['plain', 'many', 'logs', 'brief', 'kills', 'reboots'],
		'weights' => array_diff_key(FaultScript::WEIGHTS, ['late' => true, 'jitter' => true, 'throttle' => true, 'delay' => true])]);
	return $round->run();
}

foreach ([[3, 2], [5, 3]] as [$nodes, $copies]) {
	$settings = ['seed' => random_int(1, 999999), 'nodes' => $nodes, 'copies' => $copies];
	$checker = play($settings);
	ok(count($checker->operations) > 100, 'operations were carried out');
	foreach (array_filter($checker->violations) as $class => $violations) {
		echo "$class, with ", json_encode($settings), ":\n", implode("\n", array_slice($violations, 0, 5)), "\n";
	}
}

for ($rounds = $found = 0; $rounds < 10 && !$found; $rounds++) {
	$checker = play(['seed' => random_int(1, 999999), 'ini' => ['mcha.hint_interval' => 0]]);
	$found = count($checker->violations['stale']);
}
ok($found, 'without the journal other hosts read what is stale');

done();
?>
--EXPECT--
done
