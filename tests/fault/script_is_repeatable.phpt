--TEST--
The same seed gives the same script of faults, and a script respects its limits
--FILE--
<?php
require dirname(__DIR__) . '/lib/check.inc';
require dirname(__DIR__) . '/lib/child.inc';
require __DIR__ . '/script.inc';

function script(int $seed, array $options = [], int $copies = 2): array
{
	return (new FaultScript($seed, 5, 60, $copies, $options))->steps();
}

/* The most nodes that are faulty at the same time. With $sticky a node that lost its data counts until the copies
 * converge. */
function most(array $steps, bool $sticky): int
{
	$most = 0;
	$until = $emptied = [];
	foreach ($steps as $step) {
		$until = array_filter($until, fn(float $end) => $end > $step['at']);
		if ($step['converge']) {
			ok(!$until, 'all faults have ended before it converges');
			$emptied = [];
		}
		ok(!isset($until[$step['node']]), "one fault at a time at node $step[node], $step[at]");
		$until[$step['node']] = $step['at'] + $step['for'];
		if (in_array($step['fault'][0], FaultScript::EMPTYING, true)) {
			$emptied[$step['node']] = true;
		}
		$most = max($most, count($until + ($sticky ? $emptied : [])));
	}
	return $most;
}

mt_srand(1);
is(script(7), script(7), 'the same seed, the same script');
ok(script(7) !== script(8), 'another seed, another script');
is(run_php('require $argv[1]; echo json_encode((new FaultScript(7, 5, 60))->steps());', [__DIR__ . '/script.inc']),
	json_encode(script(7)), 'the same script in another process');
mt_srand(1);
$expected = mt_rand();
mt_srand(1);
$kinds = [];
for ($seed = 0; $seed < 100; $seed++) {
	$steps = script($seed);
	ok(count($steps) > 20, 'a minute is full of faults: ' . count($steps));
	foreach ($steps as $step) {
		$kinds[$step['fault'][0]] = true;
		ok($step['at'] >= 0 && $step['at'] + $step['for'] <= 60.0005, 'a step lies within the duration');
		between($step['for'], 0, FaultScript::LONGEST, 'it does not last too long');
		ok(is_int($step['node']) && $step['node'] >= 0 && $step['node'] < 5, 'it names a node');
	}
	is(array_column($steps, 'at'), (function (array $at) { sort($at); return $at; })(array_column($steps, 'at')), 'in order of time');
	is(most($steps, false), 1, 'two copies: one node at a time');
	is(most(script($seed, copies: 3), false), 2, 'three copies: two nodes at a time');
	is(most(script($seed, ['most' => 3]), false), 3, 'as many as allowed');
	is(most(script($seed, ['converge' => true]), true), 1, 'a node without its data counts until it converges');
	is(most(script($seed, ['converge' => true], 3), true), 2, 'the same with three copies');
	is(array_values(array_unique(array_column(array_column(script($seed, ['weights' => ['deaf' => 1]]), 'fault'), 0))), ['deaf'],
		'weights choose the faults');
}
is(mt_rand(), $expected, "PHP's random numbers are not changed");
ok(!array_diff_key(FaultScript::WEIGHTS, $kinds), 'all kinds come');
done();
?>
--EXPECT--
done
