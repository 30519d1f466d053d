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

const TOLERANCE = 1.05;

/* On a busy machine answers come apart, and are polled for more than once: that can only add calls, so the least of
 * a few tries counts. */
$cluster = new Cluster(3);
foreach (COUNTED as $name => [$code, $copies, $nodes]) {
	for ($try = 0; $try < 5; $try++) {
		$calls = count_calls($cluster, $code, $copies, 1000);
		[$sends, $receives, $polls] = [calls_of($calls, SENDS) / $nodes, calls_of($calls, RECEIVES) / $nodes, calls_of($calls, POLLS)];
		if (max($sends, $receives, $polls) <= TOLERANCE) {
			break;
		}
	}
	between($sends, 0.95, TOLERANCE, "$name: sends per node");
	between($receives, 0.95, TOLERANCE, "$name: receives per node");
	between($polls, -0.05, TOLERANCE, "$name: polls"); // a difference of two runs
	is(array_keys(array_diff_key($calls, array_flip([...SENDS, ...RECEIVES, ...POLLS]))), [], "$name: nothing else");
}

done();
?>
--EXPECT--
done
