--TEST--
Counting as EVCache does loses, repeats or invents numbers where McHA does not, and the other way round, one script at a time
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

/* Script (stage.inc), what goes wrong counting as EVCache does, and with McHA. */
const RACES = [
	'two cross on their way' => ['A+ A1 B+ B1 B2 A2 A. B.', ['twice' => 1], []],
	'one is set to a number that the other has counted in' => ['A+ A1 B+ B1 B2 B. A2 A.', ['too many' => 1], []],
	'a number is set when others have gone on' => ['A+ A1 B+ B1 B2 A2 C+ C. C+ C. A. B.', ['lost' => 2, 'twice' => 2], []],
	'the same by one who was held up for long' => ['A+ A1 B+ B1 B2 A2 C+ C. C+ C. C+ C. C+ C. C+ C. A. B.', ['lost' => 5, 'twice' => 2], []],
];
const FORGOTTEN = [
	'the second copy is evicted' => ['evict2 A+ A.', [], []],
	'the first copy is evicted' => ['evict1 A+ A.', [], []],
	'the second copy is evicted, then the first node dies' => ['evict2 A+ A. kill1', [], []],
	'the same, and another counts meanwhile' => ['evict2 A+ A1 A2 B+ B. A. kill1', ['lost' => 1, 'twice' => 1], []],
	'the first copy is evicted, another counts, the second node dies' => ['evict1 A+ A1 A2 B+ B. A. kill2', ['lost' => 1, 'twice' => 1], []],
	'the second node is restarted' => ['restart2 A+ A. B+ B.', [], []],
	'the first node is restarted' => ['restart1 A+ A. B+ B.', [], []],
];
const AWAY = [
	'the second node is away for a moment' => ['A/2 A+ A. A=2 B+ B.', [], []],
	'the first node is away for a moment' => ['A/1 A+ A. A=1 B+ B.', [], []],
	'counting down, the second node is away for a moment' => ['A/2 A- A. A=2 B- B.', ['lost' => 1, 'twice' => 1], []],
	'counting down, the first node is away for a moment' => ['A/1 A- A. A=1 B- B.', ['lost' => 1, 'twice' => 1], []],
	'one node after the other' => ['A/2 A+ A. A=2 B/1 B+ B. B=1', ['lost' => 1, 'twice' => 1], []],
	'the second node hangs' => ['stop2 A+ A. B+ B. cont2 C+ C.', [], []],
	'the first node hangs' => ['stop1 A+ A. B+ B. cont1 C+ C.', [], []],
	'counting down, the second node hangs' => ['stop2 A- A. B- B. cont2 C- C.', [], []],
];
/* Where a node is away from one host only, and the others are not told. */
const HOSTS = [
	'the second node is away from one host' => ['A/2 A+ A. A=2 B+ B.', [], []],
	'the first node is away from one host' => ['A/1 A+ A. A=1 B+ B.', [], ['twice' => 1]],
	'the second node is away from one host, then the first dies' => ['A/2 A+ A. A=2 B+ B. kill1', [], ['lost' => 1, 'twice' => 1]],
	'counting down, the second node is away from one host' => ['A/2 A- A. A=2 B- B.', ['lost' => 1, 'twice' => 1], []],
	'each host has another node' => ['A/2 B/1 A+ A. B+ B. A=2 B=1', ['lost' => 1, 'twice' => 1], ['lost' => 1, 'twice' => 1]],
];

/* $most: higher figures depend on when a host puts right what it has missed. */
function compare(array $rows, string $hosts, int $up, int $most = PHP_INT_MAX): void
{
	foreach ($rows as $name => [$script, $highest, $mcha]) {
		foreach (['highest' => $highest, 'mcha' => $mcha] as $way => $expected) {
			$start = str_contains($script, '-') ? 200 : $up; /* nobody counts below 0 */
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
