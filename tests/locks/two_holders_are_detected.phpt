--TEST--
What the test of locks tells: two holders at a time, and not who worked on after the end of its lock
--FILE--
<?php
require dirname(__DIR__) . '/lib/check.inc';
require __DIR__ . '/holders.inc';

/* In milliseconds; a row: process, fencing token, began, lock's end, ended. */
function judge(array ...$rows): string
{
	$holders = new Holders();
	foreach ($rows as [$number, $token, $began, $ends, $ended]) {
		$left = max(0, $ends - $ended) / 1e3;
		$holders->times[] = [$number, $token, $began * 1000000, $ends * 1000000, $ended * 1000000, ($ends - $began) / 1e3, $left,
			$left ? 'released' : 'expired'];
	}
	return strtok($holders->judge() . "\n", "\n") ?: '';
}

is(judge(), '', 'no process held it');
is(judge([0, 1, 10, 5000, 12], [1, 2, 13, 5003, 15]), '', 'one after the other');
is(judge([1, 2, 13, 5003, 15], [0, 1, 10, 5000, 12]), '', 'the same, told in another order');
is(judge([0, 1, 10, 5000, 14], [1, 2, 13, 5003, 15]), 'two holders at a time:', 'one began before the other had ended');
is(judge([0, 1, 10, 5000, 30], [1, 2, 13, 5003, 15], [2, 3, 40, 5040, 41]), 'two holders at a time:', 'one within the other');
is(judge([0, 1, 10, 5000, 9000], [1, 2, 5001, 10001, 5002]), '', 'the first was stopped for longer than its lock lives');
is(judge([0, 1, 10, 5000, 9000], [1, 2, 4999, 10001, 5002]), 'two holders at a time:', 'it was, but the other came too early');
is(judge([0, 1, 5010, 5000, 5020], [1, 2, 5005, 10001, 5015]), '', 'it was stopped before it began');
is(judge([0, 2, 10, 5000, 12], [1, 1, 13, 5003, 15]), 'the fencing token did not grow:', 'numbers');
is(judge([0, 1, 5010, 5000, 5020], [1, 1, 5005, 10001, 5015]), 'a fencing token was given twice: 1', 'numbers of who came too late, too');

done();
?>
--EXPECT--
done
