--TEST--
mcha.zone_writes=local: a write that the far zone misses leaves a hint, whether the writer, the node or the connection failed
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip no pcntl');
}
?>
--INI--
mcha.operation_timeout=2000
mcha.connect_timeout=2000
mcha.retry_interval_max=1
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

$all = new McHA(null, null, $pool);
$all->setOption(McHA::OPT_ZONE_WRITES, 'all');
$client = new McHA(null, null, $pool);
$far = [$gate->name];
/* The write of another key also detects that a node is up again: a key without a hint probes the node. */
$both = function (string $key, string $value) use ($all, $cluster): void {
	wait_until(fn() => $all->set('another', 1) && $all->set($key, $value) && $cluster->copies($key) === [$value, $value], what: "two copies of $key");
};
$await_replay = function (string $key, string $value) use ($client, $cluster): void {
	wait_until(fn() => $client->set('another', 1) && $client->get($key) === $value && $cluster->holds(1, $key) === $value, what: "hint replay to update $key");
	is($cluster->holds(0, $key), $value, "both zones have the same $key");
};

/* Another process's write is in flight: no read returns the old copy of the far zone. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$gate->holdRequests();
is($worker->set('k', 'new'), [true, $far], 'the near node has acknowledged, the far node\'s acknowledgement is pending');
is($cluster->copies('k'), ['new', 'old'], 'the far node still has the old value');
is($client->get('k'), 'new', 'the near node returns the new value');
$cluster->delete(0, 'k');
is($client->get('k'), false, 'the near node lost the key: the old copy of the far node is not read');
is($client->getResultCode(), McHA::RES_NOTFOUND, 'the read does not wait for the far zone');

/* The process is killed before it reads the acknowledgement, and its write is lost. */
is($worker->set('k', 'newer'), [true, $far], 'another write');
$worker->kill();
$gate->cut();
$gate->open();
is($cluster->copies('k'), ['newer', 'old'], 'the far copy is outdated');
$await_replay('k', 'newer');

/* The same, and then the near node hangs, too: a read fails rather than returning the old value. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$gate->holdRequests();
is($worker->set('k', 'new'), [true, $far], 'the near node has acknowledged, the far node\'s acknowledgement is pending');
$worker->kill();
$gate->cut();
$gate->open();
$cluster->stop(0);
for ($i = 0; $i < 3; $i++) {
	is($client->get('k'), false, 'no read returns the old copy');
	ok($client->getResultCode() !== McHA::RES_NOTFOUND, 'the failure is not reported as a miss');
}
$cluster->cont(0);
wait_until(fn() => $client->get('k') === 'new', what: 'the near zone to answer');
$await_replay('k', 'new');

/* A deletion that does not reach the far zone. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$gate->holdRequests();
is($worker->delete('k'), [true, $far], 'the near node has acknowledged the deletion');
$worker->kill();
$gate->cut();
$gate->open();
is($cluster->copies('k'), [1 => 'old'], 'the far node still has the copy');
is($client->get('k'), false, 'no read returns that copy');
wait_until(fn() => $client->set('another', 1) && $client->get('k') === false && $cluster->copies('k') === [], what: 'the far copy to be deleted');

/* The far zone hangs: later writes detect that without waiting. */
$both('k', 'old');
$client->set('warm', 'up');
$cluster->stop(1);
ok($client->set('k', 'new'), 'the far zone hangs');
is($client->getLastReplication()['pending'], $far, 'the write does not wait for the far zone');
wait_until(fn() => $client->set('k', 'new') && $client->getNodes()[1]['state'] === 'down', what: 'the far node to be held down');
is($cluster->holds(0, 'k'), 'new', 'the near node has the new value');
$cluster->cont(1);
$await_replay('k', 'new');

/* Connections are closed. */
$both('k', 'old');
wait_until(fn() => $client->set('k', 'old') && $client->getLastReplication()['failed'] === [], what: 'the far zone to be up again');
$gate->holdRequests();
ok($client->set('k', 'new'), 'a write that is sent before the connection is closed');
is($client->getLastReplication()['pending'], $far, 'the write does not wait for the far zone');
$gate->cut();
$gate->open();
$await_replay('k', 'new');

/* The far node refuses the write: its item is not a counter. */
$all->set('n', 5);
wait_until(fn() => $cluster->copies('n') === ['5', '5'], what: 'both zones to have the counter');
$cluster->raw(1, "ms n 5\r\nwords\r\n");
wait_until(fn() => $client->increment('n') && $client->getLastReplication()['pending'] !== [], what: 'an increment that does not wait for the far zone');
wait_until(fn() => $client->set('another', 1) && $client->get('n') && $cluster->holds(1, 'n') === $cluster->holds(0, 'n'), what: 'the far node to have the counter again');

/* Two processes write one key, and the writes reach the far zone in the opposite order: hint replay makes both zones equal. */
$both('k', 'old');
$worker = new Worker($pool);
$worker->connect();
$other = new Worker($pool);
$other->connect();
$gate->holdRequests();
is($worker->set('k', 'first'), [true, $far], 'the first write');
is($other->set('k', 'second'), [true, $far], 'the second write');
$gate->openNewest();
wait_until(fn() => $cluster->holds(1, 'k') === 'second', what: 'the second write to reach the far node');
$gate->open();
wait_until(fn() => $cluster->holds(1, 'k') === 'first', what: 'the first write to reach the far node');
$worker->get('k');
$other->get('k');
$await_replay('k', 'second');
$worker->kill();
$other->kill();

done();
?>
--EXPECT--
done
