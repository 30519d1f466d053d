--TEST--
mcha.zone_writes=local: while a write is in flight to another zone other processes write and delete the key, and the last of these writes counts
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip no pcntl');
}
?>
--INI--
mcha.operation_timeout=40000
mcha.connect_timeout=20000
mcha.zone_writes=local
mcha.local_zone=near
mcha.read_policy=nearest
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/worker.inc';

$cluster = new Cluster(2);
$gate = new Gate($cluster->nodes[1]);
$pool = $cluster->name(0) . "?zone=near,$gate->name?zone=far";
$far = [$gate->name];
$hints = fn(): int => array_sum(array_column((new McHA(null, null, $pool))->getNodes(), 'hints'));

/* The answer to a worker's call, for which the gate lets only the newest connection through. */
$hear = function (Worker $worker) use ($gate): array {
	wait_until(fn() => $worker->isDone() || ($gate->openNewest() && false), what: 'the worker on the newest connection');
	return $worker->hear();
};

/* A process that cannot reach the far node deletes the key. Another process, which can, does not replay that hint while the
 * write that was made before the deletion may still arrive. */
$writer = new Worker($pool);
$writer->connect();
$writer->set('k', 'old');
wait_until(fn() => $writer->get('k') && $hints() === 0, what: 'the acknowledgement of the far node');
$deleter = new Worker($pool);
is($deleter->get('k')[0], 'old', 'a connection to the near node alone');
$deleter->useUpDescriptors();
$reader = new Worker($pool);
$reader->connect();
$gate->holdRequests();
is($writer->set('k', 'new'), [true, $far], 'the write is in flight to the far node');
is($deleter->delete('k')[0], true, 'the near node deletes the key');
foreach (['k', 'another key'] as $key) {
	$reader->ask('get', $key);
	is($hear($reader)[0], false, 'the key is deleted');
}
is($hints(), 2, 'the deletion has a hint still, and so has the write');
$gate->open();
wait_until(fn() => $cluster->holds(1, 'k') === 'new', what: 'the write to arrive');
is($reader->get('k')[0], false, 'the deleted key is not back');
is($writer->get('k')[0], false, 'not for its writer either');
wait_until(fn() => $reader->get('k')[0] === false && $cluster->copies('k') === [] && $hints() === 0, what: 'the far copy to be deleted');
foreach ([$writer, $deleter, $reader] as $worker) {
	$worker->kill();
}

/* Two processes of one host belong to different zones, and the earlier write is the last to arrive at the far node. The later one,
 * whose near node that is, has waited for both nodes, and its value counts. */
$first = new Worker($pool, 'near');
$second = new Worker($pool, 'far');
foreach ([$first, $second] as $worker) {
	$worker->connect();
	$worker->set('z', 'old');
	wait_until(fn() => $worker->get('z') && $hints() === 0, what: 'the acknowledgement of the other zone');
}
$gate->holdRequests();
is($first->set('z', 'first'), [true, $far], 'the first write is in flight to the far node');
$second->ask('set', 'z', 'second');
is($hear($second), [true, []], 'the second write waits for both nodes');
$gate->open();
wait_until(fn() => $cluster->holds(1, 'z') === 'first', what: 'the first write to arrive');
for ($i = 0; $i < 3; $i++) {
	is($first->get('z')[0], 'second', 'the second write counts in the near zone');
	is($second->get('z')[0], 'second', 'the second write counts in the far zone');
}
wait_until(fn() => $first->get('another key') && $second->get('another key') && $hints() === 0, what: 'the hint to be replayed');
is($cluster->copies('z'), ['second', 'second'], 'both zones have the second value');
$first->kill();
$second->kill();

done();
?>
--EXPECT--
done
