--TEST--
No acknowledged increment is lost, none is told twice, whatever happens to a node while several callers count
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip PHP without pcntl');
}
?>
--FILE--
<?php
require __DIR__ . '/crowd.inc';

/* A short run of tests/counters/run; what a race can cost is one too many, and where only one caller knows that a copy began
 * anew, a copy that differs from the authority's (docs/reliability.md). */
$seed = random_int(1, 999999);
foreach (Crowded::EVENTS as $event => $ignored) {
	$sum = crowded($event, 'ABCD', 'mcha', $seed, 1);
	ok($sum['acknowledged'] > 20, "$event, seed $seed: counted");
	is([$sum['lost'], $sum['twice']], [0, 0], "$event, seed $seed: none lost, none told twice");
	ok(!$sum['unequal'] || $event === 'evicted', "$event, seed $seed: the copies are equal");
	between($sum['too many'], 0, $event === 'nothing' ? 0 : 2, "$event, seed $seed: too many");
}

done();
?>
--EXPECT--
done
