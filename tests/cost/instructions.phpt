--TEST--
No operation takes more allocations than its budget, or more instructions in relation to pecl memcached's
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached', 'valgrind', '-O2']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

require dirname(__DIR__, 2) . '/bench/instructions.inc';
require __DIR__ . '/budgets.inc';

$cluster = new Cluster(3);
$room = COUNTED_WITH === PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION ? 1 : 1 + ROOM_ELSEWHERE;
$measure = count_instructions($cluster, MEASURE, [EMPTY_LOOP, ...array_keys(array_merge(...array_values(INSTRUCTIONS)))]);
foreach (INSTRUCTIONS as $client => $budgets) {
	$operations = array_keys($budgets + ALLOCATIONS[$client]);
	$profiles = count_instructions($cluster, $client, [EMPTY_LOOP, ...$operations], ['mcha.versions' => 0]);
	foreach ($budgets as $operation => $budget) {
		between(round(cost($profiles, $operation) / cost($measure, $operation), 3), 0.1, $budget * $room,
			"$client, $operation: instructions, as a multiple of those of " . MEASURE);
	}
	foreach (ALLOCATIONS[$client] as $operation => [$mallocs, $emallocs]) {
		between(allocations($profiles, $operation, 'malloc'), 0, $mallocs, "$client, $operation: calls of malloc");
		between(allocations($profiles, $operation, 'emalloc'), 0, $emallocs, "$client, $operation: calls of emalloc");
	}
}
ok(allocations($measure, 'get', 'malloc') >= 1 && allocations($measure, 'get', 'emalloc') >= 1, 'the measurement sees allocations');

done();
?>
--EXPECT--
done
