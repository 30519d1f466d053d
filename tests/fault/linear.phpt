--TEST--
The checker tells histories of a register from others
--SKIPIF--
<?php $needs = []; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/linear.inc';

/* "set a 0-10", "get a 5-7", "get - 5-7" (nothing), "delete 3-4", "set a 0-?" (no end), "delete - 1-2" (not found) */
function history(string ...$lines): array
{
	$operations = [];
	foreach ($lines as $line) {
		preg_match('/^(\w+)(?: (\w+|-))? (\d+)-(\d+|\?)$/', $line, $part);
		[, $kind, $value, $start, $end] = $part;
		$operation = new Operation('w', (int) $start, $kind, 'k', $kind === 'set' ? $value : '');
		if ($end !== '?') {
			$operation->end = (int) $end;
			$operation->outcome = $value === '-' ? Outcome::Miss : Outcome::Ok;
			$operation->result = $kind === 'get' && $value !== '-' ? $value : '';
		}
		$operations[] = $operation;
	}
	return $operations;
}

$registers = [
	'nothing' => [],
	'one after the other' => ['set a 0-1', 'get a 2-3', 'set b 4-5', 'get b 6-7', 'delete 8-9', 'get - 10-11'],
	'two writes at once, either way' => ['set a 0-10', 'set b 5-15', 'get a 20-21', 'get a 22-23'],
	'a read while it is written: before' => ['set a 0-1', 'set b 2-20', 'get a 3-4', 'get b 5-6'],
	'one that never ended happened late' => ['set a 0-1', 'set b 2-?', 'get a 3-4', 'get a 50-51', 'get b 60-61', 'get b 70-71'],
	'or never' => ['set a 0-1', 'set b 2-?', 'get a 100-101'],
	'a deletion that never ended' => ['set a 0-1', 'delete 2-?', 'get a 3-4', 'get - 9-10'],
	'two of them, each once' => ['set a 0-1', 'delete 2-?', 'delete 3-?', 'get - 9-10', 'set b 11-12', 'get - 13-14'],
	'not found is a read' => ['delete - 0-1', 'set a 2-9', 'delete - 3-4', 'get a 10-11'],
	'overlapping reads of overlapping writes' => ['set a 0-100', 'set b 0-100', 'get b 10-20', 'get a 30-40', 'get a 110-111'],
];
$none = [
	'what was never written' => ['get a 0-1'],
	'what was written over' => ['set a 0-1', 'set b 2-3', 'get a 4-5'],
	'what comes later' => ['get a 0-1', 'set a 2-3'],
	'back and forth' => ['set a 0-10', 'set b 5-15', 'get a 20-21', 'get b 22-23'],
	'new, then old' => ['set a 0-1', 'set b 2-50', 'get b 3-4', 'get a 5-6'],
	'lost' => ['set a 0-1', 'get - 2-3'],
	'back from the dead' => ['set a 0-1', 'delete 2-3', 'get a 4-5'],
	'a deletion that never ended, twice' => ['set a 0-1', 'delete 2-?', 'get - 9-10', 'set b 11-12', 'get - 13-14'],
	'found missing, but there' => ['set a 0-1', 'delete - 2-3'],
	'a flash of one that never ended' => ['set a 0-1', 'set b 2-?', 'get b 3-4', 'get a 5-6'],
];
foreach ($registers as $name => $lines) {
	is((string) Linear::check(history(...$lines)), '', $name);
}
foreach ($none as $name => $lines) {
	ok(Linear::check(history(...$lines)), "$name is none");
}

done();
?>
--EXPECT--
done
