--TEST--
A process that waits for a lock gets it when it is free, or learns the reason; invalid locks are refused
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
ini_set('precision', '17'); /* numbers are floats in 32-bit PHP */

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$lock = $client->lock('key', 600);
$crowd = new Crowd($cluster, 3, '
	echo "waits\n";
	$lock = $client->lock("key", 600, 60);
	echo $lock ? $lock->getFencingToken() : $client->getResultMessage(), "\n";', [McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$crowd->go();
foreach ($crowd->members as $member) {
	is($member->hear(), 'waits', 'a process waits for the lock');
}
ok(!$crowd->members[0]->speaks(0.3), 'a waiting process does not get a held lock');
$last = $lock->getFencingToken();
$lock->release();
$numbers = array_map(fn(Child $member) => $member->hear() + 0 /* a float in 32-bit PHP */, $crowd->members);
is(count(array_unique([$last, ...$numbers])), 4, 'each process gets the lock, with its own fencing token');
ok(min($numbers) > $last, 'the fencing tokens are greater than that of the first lock');
$crowd->finish();

/* Too few nodes answer, or none. */
$lock = $client->lock('key', 600, 60);
is($client->lock('key', 600, 0.05), null, 'lock() returns null when the wait ends');
is(result($client), 'RES_NOTSTORED', 'the result code for a held lock');
$lock->release();
$cluster->kill(0);
ok(($lock = $client->lock('key', 1, PATIENCE)) && $lock->release(), 'two of three nodes suffice when they have been up for the lock\'s time to live');
$cluster->kill(1);
is($client->lock('key', 600, 0.05), null, 'one of three nodes does not suffice');
is(result($client), 'RES_SOME_ERRORS', 'the result code for too few nodes');
is($cluster->copies('mcha.lock.key'), [], 'the failed lock() leaves nothing on the node');
ok(count($client->getLastReplication()['failed']) === 2, 'the report names the nodes that did not answer');
$cluster->kill(2);
is($client->lock('key', 600), null, 'lock() returns null when no node answers');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTSTORED', 'RES_NOTFOUND']), 'the result code when no node answers: ' . result($client));
$told = [];
$client->setOption(McHA::OPT_FAILURE_CALLBACK, function ($node, $reason) use (&$told) {
	$told[] = $node;
});
$client->lock('key', 600);
ok($told, 'the failure callback is called');
is((new McHA())->lock('key', 600), null, 'lock() returns null with an empty pool');

/* Misuse. */
set_error_handler(function ($level, $message) use (&$warning) {
	$warning = $message;
	return true;
});
$cluster = new Cluster(2);
$client = $cluster->client();
foreach ([0, -1, 2592000, PHP_INT_MAX] as $ttl) {
	$warning = null;
	is([$client->lock('key', $ttl), result($client)], [null, 'RES_INVALID_ARGUMENTS'], "a time to live of $ttl seconds is refused");
	ok(str_contains($warning ?? '', 'seconds'), 'the warning names the seconds');
}
foreach (['', 'a b', "a\n", str_repeat('x', 240), str_repeat('x', 300)] as $key) {
	is([$client->lock($key, 10), result($client)], [null, 'RES_BAD_KEY_PROVIDED'], 'a bad key of ' . strlen($key) . ' bytes is refused');
}
is($cluster->copies('mcha.lock.' . str_repeat('x', 240)), [], 'a refused lock leaves nothing on a node');
ok($client->lock(str_repeat('x', 239), 10), 'the longest key is accepted');
ok($client->lock('key', 2591998), 'the longest time to live is accepted');
foreach ([NAN, -1, -INF, 0] as $wait) {
	ok($client->lock('key', 10, $wait), "a wait of $wait seconds is accepted");
}
$lock = $client->lock('key', 10, INF);
is([$lock->extend(0), result($client)], [false, 'RES_INVALID_ARGUMENTS'], 'extend(0) is refused');
ok($lock->isHeld(), 'the lock is still held after extend(0)');
throws(fn() => new McHALock(), Error::class, 'private', 'the constructor is private');
throws(fn() => (new ReflectionClass('McHALock'))->newInstanceWithoutConstructor(), ReflectionException::class, 'final', 'reflection cannot make a lock');
throws(fn() => clone $lock, Error::class, 'clone', 'a lock cannot be cloned');
throws(fn() => serialize($lock), Exception::class, 'not allowed', 'a lock cannot be serialized');
throws(fn() => unserialize('O:8:"McHALock":0:{}'), Exception::class, 'not allowed', 'a lock cannot be unserialized');
throws(fn() => $lock->property = 1, Error::class, 'dynamic property', 'a lock has no dynamic properties');
ok((new ReflectionClass('McHALock'))->isFinal(), 'class McHALock is final');

done();
?>
--EXPECT--
done
