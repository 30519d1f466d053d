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

const OPERATIONS = 40; /* few, so that some tries run undisturbed */
const TRIES = 60;
const TOLERANCE = 1.05;
const VAIN = 0.5;

/* On a busy machine the nodes' replies arrive one by one: the process receives in vain, and polls again for the rest. That
 * can only add calls, so the least count of some tries is compared, and receives in vain must not be the rule. */
$cluster = new Cluster(3);
$least = [];
$left = counted();
for ($try = 0; $try < TRIES && $left; $try++) {
	foreach (count_calls($cluster, $left, OPERATIONS) as $name => $calls) {
		$nodes = $left[$name][2];
		$found = [
			'sends' => calls_of($calls, SENDS) / $nodes, 'receives' => (calls_of($calls, RECEIVES) - $calls['in vain']) / $nodes,
			'vain' => $calls['in vain'] / $nodes, 'polls' => calls_of($calls, POLLS) - $calls['apart'], 'others' => array_keys(other_calls($calls)),
		];
		foreach ($least[$name] ?? [] as $what => $number) {
			$found[$what] = $what === 'others' ? array_intersect($number, $found[$what]) : min($number, $found[$what]);
		}
		$least[$name] = $found;
		if (max($found['sends'], $found['receives'], $found['polls']) <= TOLERANCE && $found['vain'] <= VAIN && !$found['others']) {
			unset($left[$name]);
		}
	}
}
foreach ($least as $name => $found) {
	between($found['sends'], 0.95, TOLERANCE, "$name: sends per node");
	between($found['receives'], 0.95, TOLERANCE, "$name: receives per node");
	between($found['vain'], 0, VAIN, "$name: receives in vain per node");
	between($found['polls'], 0, TOLERANCE, "$name: polls");
	is($found['others'], [], "$name: no other system calls");
}
is(count($least), count(counted()), 'all operations were counted');

done();
?>
--EXPECT--
done
