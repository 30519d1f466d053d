--TEST--
Script by script: the numbers that EVCache's way of counting loses, repeats or invents, and those of McHA
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip PHP without pcntl');
}
?>
--FILE--
<?php
require __DIR__ . '/stage.inc';

/* Name => script (stage.inc), the faults of EVCache's way of counting, the faults of McHA's. */
const RACES = [
	'the requests of two callers cross' => ['A+ A1 B+ B1 B2 A2 A. B.', ['twice' => 1], []],
	'a copy is set to a number that includes the other caller\'s increment' => ['A+ A1 B+ B1 B2 B. A2 A.', ['too many' => 1], []],
	'a copy is set to a number after other callers have counted on' => ['A+ A1 B+ B1 B2 A2 C+ C. C+ C. A. B.', ['lost' => 2, 'twice' => 2], []],
	'the same by a caller that was held up for long' => ['A+ A1 B+ B1 B2 A2 C+ C. C+ C. C+ C. C+ C. C+ C. A. B.', ['lost' => 5, 'twice' => 2], []],
];
const FORGOTTEN = [
	'the second copy is evicted' => ['evict2 A+ A.', [], []],
	'the first copy is evicted' => ['evict1 A+ A.', [], []],
	'the second copy is evicted, then the first node dies' => ['evict2 A+ A. kill1', [], []],
	'the same, and another caller counts meanwhile' => ['evict2 A+ A1 A2 B+ B. A. kill1', ['lost' => 1, 'twice' => 1], []],
	'the first copy is evicted, another caller counts, the second node dies' => ['evict1 A+ A1 A2 B+ B. A. kill2', ['lost' => 1, 'twice' => 1], []],
	'the second node is restarted' => ['restart2 A+ A. B+ B.', [], []],
	'the first node is restarted' => ['restart1 A+ A. B+ B.', [], []],
];
const AWAY = [
	'the second node is unreachable for a moment' => ['A/2 A+ A. A=2 B+ B.', [], []],
	'the first node is unreachable for a moment' => ['A/1 A+ A. A=1 B+ B.', [], []],
	'counting down, the second node is unreachable for a moment' => ['A/2 A- A. A=2 B- B.', ['lost' => 1, 'twice' => 1], []],
	'counting down, the first node is unreachable for a moment' => ['A/1 A- A. A=1 B- B.', ['lost' => 1, 'twice' => 1], []],
	'one node is unreachable after the other' => ['A/2 A+ A. A=2 B/1 B+ B. B=1', ['lost' => 1, 'twice' => 1], []],
	'the second node hangs' => ['stop2 A+ A. B+ B. cont2 C+ C.', [], []],
	'the first node hangs' => ['stop1 A+ A. B+ B. cont1 C+ C.', [], []],
	'counting down, the second node hangs' => ['stop2 A- A. B- B. cont2 C- C.', [], []],
];
/* One host only cannot reach a node, and the other hosts do not learn of it. */
const HOSTS = [
	'one host cannot reach the second node' => ['A/2 A+ A. A=2 B+ B.', [], []],
	'one host cannot reach the first node' => ['A/1 A+ A. A=1 B+ B.', [], ['twice' => 1]],
	'one host cannot reach the second node, then the first node dies' => ['A/2 A+ A. A=2 B+ B. kill1', [], ['lost' => 1, 'twice' => 1]],
	'counting down, one host cannot reach the second node' => ['A/2 A- A. A=2 B- B.', ['lost' => 1, 'twice' => 1], []],
	'each host cannot reach another node' => ['A/2 B/1 A+ A. B+ B. A=2 B=1', ['lost' => 1, 'twice' => 1], ['lost' => 1, 'twice' => 1]],
];

/* $most: larger counts are cut to it, as they depend on when a host replays its hints. */
function compare(array $rows, string $hosts, int $up, int $most = PHP_INT_MAX): void
{
	foreach ($rows as $name => [$script, $highest, $mcha]) {
		foreach (['highest' => $highest, 'mcha' => $mcha] as $way => $expected) {
			$start = str_contains($script, '-') ? 200 : $up; /* a counter does not go below 0 */
			$stage = new Stage($way, $hosts, $start, str_contains($script, 'stop') ? 400 : 20000);
			$stage->play($script);
			$found = array_intersect_key($stage->judge('DABC'), Stage::FAULTS);
			is(array_filter(array_map(fn(int $count) => min($count, $most), $found)), array_filter($expected), "$way, hosts $hosts, from $start: $name\n  " . $stage->history());
			$stage->end();
		}
	}
}

compare(RACES + FORGOTTEN + AWAY, 'ABCD', 10);
compare(FORGOTTEN, 'ABCD', 1000);
compare(RACES + FORGOTTEN, 'A,B,C,D', 10);
compare(HOSTS, 'A,B,C,D', 10, most: 1);

done();
?>
--EXPECT--
done
