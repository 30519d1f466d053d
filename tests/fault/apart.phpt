--TEST--
While nodes fail for some hosts, hosts that share nothing read far less that is old with the journal than without it
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

/* Rounds of the same seeds, with the journal and without it, until the latter have enough violations. (With it a few are
 * left, see docs/reliability.md.) */
$with = $without = $stale = 0;
for ($rounds = 0; $rounds < 10 && $without < 100; $rounds++) {
	$settings = ['seed' => random_int(1, 999999)];
	$checker = play($settings + ['ini' => ['mcha.hint_interval' => 1000]]);
	ok(count($checker->operations) > 100, 'operations were carried out');
	$with += array_sum(array_map('count', $checker->violations));
	$checker = play($settings + ['ini' => ['mcha.hint_interval' => 0]]);
	$without += array_sum(array_map('count', $checker->violations));
	$stale += count($checker->violations['stale']);
}
ok($stale, 'without the journal other hosts read what is stale');
ok($with < $without / 2, "violations with the journal ($with) and without it ($without)");

done();
?>
--EXPECT--
done
