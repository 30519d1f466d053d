--TEST--
With quorum reads and majority writes each key is a register while nodes fail; without versions it is not
--SKIPIF--
<?php
$needs = ['newer-memcached', 'pcntl'];
require dirname(__DIR__) . '/lib/skip.inc';
if (getenv('MCHA_VALGRIND_LOGS')) {
	die('skip operations exceed their timeouts under valgrind');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';
require __DIR__ . '/round.inc';

ini_set('memory_limit', -1);

/* Plays rounds until one is valid. Null: this machine is too busy. */
function play(array $settings): ?Checker
{
	for ($try = 0; $try < 5; $try++) {
		$round = new Round($settings + ['seed' => random_int(1, 999999), 'seconds' => 4.0, 'workers' => 5, 'subject' => 'mcha', 'timeout' => 4000,
			'memcached' => newer_memcached(), 'registers' => true, 'draws' => $settings['apart'] ? [] : ['losses'],
			'weights' => array_diff_key(FaultScript::WEIGHTS, ['late' => true, 'jitter' => true])]);
		$checker = $round->run();
		if (!$round->void) {
			return $checker;
		}
	}
	return null;
}

/* Workers of one host, with nodes that also lose their memory; and hosts that share no state. */
foreach ([[3, 3, false], [3, 3, true], [5, 3, true]] as [$nodes, $copies, $apart]) {
	$checker = play(['nodes' => $nodes, 'copies' => $copies, 'apart' => $apart]);
	foreach ($checker ? array_filter($checker->violations) : [] as $class => $violations) {
		echo "$class, of $nodes nodes, $copies copies, ", $apart ? 'many hosts' : 'one host', ":\n", implode("\n", array_slice($violations, 0, 5)), "\n";
	}
	ok(!$checker || count($checker->operations) > 100, 'operations were carried out');
}

/* Without versions, clients cannot tell which copy is newer, and the checker must find violations. */
for ($rounds = $misfits = 0; $rounds < 20 && !$misfits; $rounds++) {
	$checker = play(['nodes' => 3, 'copies' => 3, 'apart' => true, 'ini' => ['mcha.versions' => 0]]);
	$misfits = count($checker->violations['linear'] ?? []);
}
ok($misfits, 'without versions keys are not registers');

done();
?>
--EXPECT--
done
