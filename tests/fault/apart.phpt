--TEST--
While nodes fail for some hosts, hosts that share nothing read what is stale without the journal, and the rig says so
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
 * mcha.hint_interval and this timeout. Null: the round says nothing. */
function play(array $settings): ?Checker
{
	$round = new Round($settings + ['nodes' => 3, 'copies' => 2, 'seconds' => 6.0, 'workers' => 6, 'subject' => 'mcha', 'timeout' => 1500, 'apart' => true,
		'draws' => ['plain', 'many', 'logs', 'brief', 'kills'],
		'weights' => array_diff_key(FaultScript::WEIGHTS, ['late' => true, 'jitter' => true, 'throttle' => true, 'delay' => true])]);
	$checker = $round->run();
	return $round->void ? null : $checker;
}

$checker = play(['seed' => random_int(1, 999999)]);
ok(!$checker || count($checker->operations) > 100, 'operations were carried out with the journal');

for ($rounds = $stale = 0; $rounds < 10 && !$stale; $rounds++) {
	$checker = play(['seed' => random_int(1, 999999), 'ini' => ['mcha.hint_interval' => 0]]);
	$stale = $checker ? count($checker->violations['stale']) : 0;
}
ok($stale, 'without the journal other hosts read what is stale');

done();
?>
--EXPECT--
done
