--TEST--
The judge of the lock tests reports two holders at a time, and not a process that worked on after its lock expired
--FILE--
<?php
require dirname(__DIR__) . '/lib/check.inc';
require __DIR__ . '/holders.inc';

/* A row: process, fencing token, begin of the work, expiry of the lock, end of the work; times in milliseconds. */
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

is(judge(), '', 'no process held the lock');
is(judge([0, 1, 10, 5000, 12], [1, 2, 13, 5003, 15]), '', 'one process held the lock after the other');
is(judge([1, 2, 13, 5003, 15], [0, 1, 10, 5000, 12]), '', 'the same, reported in another order');
is(judge([0, 1, 10, 5000, 14], [1, 2, 13, 5003, 15]), 'two holders at a time:', 'one process began before the other had ended');
is(judge([0, 1, 10, 5000, 30], [1, 2, 13, 5003, 15], [2, 3, 40, 5040, 41]), 'two holders at a time:', 'one process began and ended during the work of another');
is(judge([0, 1, 10, 5000, 9000], [1, 2, 5001, 10001, 5002]), '', 'the first process was stopped for longer than its lock lives');
is(judge([0, 1, 10, 5000, 9000], [1, 2, 4999, 10001, 5002]), 'two holders at a time:', 'the same, but the second process got the lock too early');
is(judge([0, 1, 5010, 5000, 5020], [1, 2, 5005, 10001, 5015]), '', 'the first process was stopped until its lock had expired, before it began');
is(judge([0, 2, 10, 5000, 12], [1, 1, 13, 5003, 15]), 'the fencing token did not grow:', 'a later holder has a smaller fencing token');
is(judge([0, 1, 5010, 5000, 5020], [1, 1, 5005, 10001, 5015]), 'a fencing token was given twice: 1', 'two processes have the same fencing token, one of which began after its lock expired');

done();
?>
--EXPECT--
done
