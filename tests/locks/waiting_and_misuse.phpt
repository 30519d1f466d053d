--TEST--
Who waits for a lock gets it when it is free, or hears why not; and what is no lock is refused
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
	is($member->hear(), 'waits', 'they wait');
}
ok(!$crowd->members[0]->speaks(0.3), 'in vain');
$last = $lock->getFencingToken();
$lock->release();
$numbers = array_map(fn(Child $member) => $member->hear() + 0 /* a float in 32-bit PHP */, $crowd->members);
is(count(array_unique([$last, ...$numbers])), 4, 'each gets it, with a number of its own');
ok(min($numbers) > $last, 'greater ones');
$crowd->finish();

/* Nobody there, or too few. */
$lock = $client->lock('key', 600, 60);
is($client->lock('key', 600, 0.05), null, 'waiting ends');
is(result($client), 'RES_NOTSTORED', 'with the reason');
$lock->release();
$cluster->kill(0);
ok(($lock = $client->lock('key', 1, PATIENCE)) && $lock->release(), 'two of three nodes will do, when they have been up for as long');
$cluster->kill(1);
is($client->lock('key', 600, 0.05), null, 'one will not');
is(result($client), 'RES_SOME_ERRORS', 'and that is the reason');
is($cluster->copies('mcha.lock.key'), [], 'nothing is left on it');
ok(count($client->getLastReplication()['failed']) === 2, 'who did not answer is told');
$cluster->kill(2);
is($client->lock('key', 600), null, 'nobody is there');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTSTORED', 'RES_NOTFOUND']), 'and that is another reason: ' . result($client));
$told = [];
$client->setOption(McHA::OPT_FAILURE_CALLBACK, function ($node, $reason) use (&$told) {
	$told[] = $node;
});
$client->lock('key', 600);
ok($told, 'the callback hears of it');
is((new McHA())->lock('key', 600), null, 'a pool of nobody');

/* Misuse. */
set_error_handler(function ($level, $message) use (&$warning) {
	$warning = $message;
	return true;
});
$cluster = new Cluster(2);
$client = $cluster->client();
foreach ([0, -1, 2592000, PHP_INT_MAX] as $ttl) {
	$warning = null;
	is([$client->lock('key', $ttl), result($client)], [null, 'RES_INVALID_ARGUMENTS'], "no lock for $ttl seconds");
	ok(str_contains($warning ?? '', 'seconds'), 'a warning says why');
}
foreach (['', 'a b', "a\n", str_repeat('x', 240), str_repeat('x', 300)] as $key) {
	is([$client->lock($key, 10), result($client)], [null, 'RES_BAD_KEY_PROVIDED'], 'no lock on ' . strlen($key) . ' bytes');
}
is($cluster->copies('mcha.lock.' . str_repeat('x', 240)), [], 'nothing is left of it');
ok($client->lock(str_repeat('x', 239), 10), 'the longest key');
ok($client->lock('key', 2591998), 'the longest life');
foreach ([NAN, -1, -INF, 0] as $wait) {
	ok($client->lock('key', 10, $wait), "a wait of $wait");
}
$lock = $client->lock('key', 10, INF);
is([$lock->extend(0), result($client)], [false, 'RES_INVALID_ARGUMENTS'], 'no life is no prolonging');
ok($lock->isHeld(), 'and no loss');
throws(fn() => new McHALock(), Error::class, 'private', 'nobody makes one');
throws(fn() => (new ReflectionClass('McHALock'))->newInstanceWithoutConstructor(), ReflectionException::class, 'final', 'by no trick');
throws(fn() => clone $lock, Error::class, 'clone', 'nobody copies one');
throws(fn() => serialize($lock), Exception::class, 'not allowed', 'nobody stores one');
throws(fn() => unserialize('O:8:"McHALock":0:{}'), Exception::class, 'not allowed', 'nobody reads one');
throws(fn() => $lock->property = 1, Error::class, 'dynamic property', 'it has no properties');
ok((new ReflectionClass('McHALock'))->isFinal(), 'it is final');

done();
?>
--EXPECT--
done
