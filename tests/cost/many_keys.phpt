--TEST--
Operations on ten times as many keys take ten times as many instructions, whatever the state of the nodes
--SKIPIF--
<?php $needs = ['memcached', 'valgrind', '-O2']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require_once dirname(__DIR__, 2) . '/bench/callgrind.inc';
require __DIR__ . '/situations.inc';

const FEW = 250;
const MANY = 2500;

$stretches = profile([...Child::command(['mcha.retry_interval' => 0, 'error_reporting' => 0], [dirname(__DIR__, 2) . '/modules/mcha.so']), __DIR__ . '/situations.inc', (string) FEW, (string) MANY]);
is(count($stretches), 6 * count(SITUATIONS), 'each operation was counted');
foreach (array_keys(SITUATIONS) as $i => $situation) {
	foreach (['setMulti', 'getMulti', 'deleteMulti'] as $j => $operation) {
		$few = $stretches[6 * $i + $j]->instructions;
		$many = $stretches[6 * $i + 3 + $j]->instructions;
		between(round($many / $few, 1), 1, 2 * MANY / FEW, "$operation, $situation: instructions for " . MANY . ' keys, as a multiple of those for ' . FEW);
	}
}

done();
?>
--EXPECT--
done
