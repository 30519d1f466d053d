--TEST--
An operation costs one send and one receive for each node asked, and one poll
--SKIPIF--
<?php $needs = ['memcached', 'strace']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--CONFLICTS--
all
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

require dirname(__DIR__, 2) . '/bench/syscalls.inc';

const OPERATIONS = 100;
const TRIES = 30;
const TOLERANCE = 1.05;
const VAIN = 0.5;

/* On a busy machine answers come apart: some are looked for in vain, and polled for again, for what the first poll did not
 * bring. That can only add calls, so the least of some tries counts, and looking in vain is held to not being the rule. */
$cluster = new Cluster(3);
foreach (counted() as $name => [$code, $copies, $nodes]) {
	$sends = $receives = $vain = $polls = INF;
	for ($try = 0; $try < TRIES && (max($sends, $receives, $polls) > TOLERANCE || $vain > VAIN); $try++) {
		$calls = count_calls($cluster, $code, $copies, OPERATIONS) + ['in vain' => 0, 'apart' => 0];
		$sends = min($sends, calls_of($calls, SENDS) / $nodes);
		$receives = min($receives, (calls_of($calls, RECEIVES) - $calls['in vain']) / $nodes);
		$vain = min($vain, $calls['in vain'] / $nodes);
		$polls = min($polls, calls_of($calls, POLLS) - $calls['apart']);
	}
	between($sends, 0.95, TOLERANCE, "$name: sends per node");
	between($receives, 0.95, TOLERANCE, "$name: receives per node");
	between($vain, -1, VAIN, "$name: receives in vain per node");
	between($polls, -1, TOLERANCE, "$name: polls");
	is(array_keys(array_diff_key($calls, array_flip([...SENDS, ...RECEIVES, ...POLLS, 'in vain', 'apart']))), [], "$name: nothing else");
}

done();
?>
--EXPECT--
done
