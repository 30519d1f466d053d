--TEST--
Only its owner can extend and release a lock, and a lock expires after its time to live
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$settings = [
	'meta, two copies' => [], 'text, two copies' => [McHA::OPT_PROTOCOL => McHA::PROTOCOL_TEXT],
	'binary, two copies' => [McHA::OPT_PROTOCOL => McHA::PROTOCOL_BINARY], 'one copy' => [McHA::OPT_NUMBER_OF_REPLICAS => 0],
	'three copies' => [McHA::OPT_NUMBER_OF_REPLICAS => 2], 'a prefix' => [McHA::OPT_PREFIX_KEY => 'app.'],
	'no failover' => [McHA::OPT_ALLOW_FAILOVER => 0], 'all must acknowledge' => [McHA::OPT_WRITE_QUORUM => 'all'],
];
foreach ($settings as $name => $options) {
	$cluster = new Cluster(3);
	$me = $cluster->client($options);
	$you = $cluster->client($options);
	$prefix = $options[McHA::OPT_PREFIX_KEY] ?? '';
	$copies = ($options[McHA::OPT_NUMBER_OF_REPLICAS] ?? 1) + 1;
	$me->set('key', 'value');
	$lock = $me->lock('key', 100);
	ok($lock instanceof McHALock, "$name: the first client gets the lock");
	is(result($me), 'RES_SUCCESS', "$name: the result code of lock()");
	is($lock->getKey(), 'key', "$name: getKey() returns the key");
	ok($lock->isHeld(), "$name: isHeld() is true");
	ok($lock->getRemainingTime() > 0 && $lock->getRemainingTime() <= 100, "$name: getRemainingTime() is at most the time to live");
	ok($lock->getFencingToken() > 0, "$name: the lock has a fencing token");
	is(count($cluster->copies("{$prefix}mcha.lock.key")), $copies, "$name: all replicas have the lock");
	is(count(array_unique($cluster->copies("{$prefix}mcha.lock.key"))), 1, "$name: all replicas have the same owner");
	is(array_keys($cluster->copies("{$prefix}mcha.lock.key")), array_keys($cluster->copies("{$prefix}key")), "$name: the lock is on the homes of the key");
	is($me->get('key'), 'value', "$name: the value of the key is not changed");
	is($you->lock('key', 100), null, "$name: the second client does not get the lock");
	is(result($you), 'RES_NOTSTORED', "$name: the result code for a held lock");
	is($me->lock('key', 100), null, "$name: the first client does not get the lock twice");
	ok($you->lock('other', 100), "$name: the second client gets the lock of another key");

	ok($lock->extend(200), "$name: the owner extends the lock");
	foreach (array_keys($cluster->copies("{$prefix}mcha.lock.key")) as $node) {
		between($cluster->ttl($node, "{$prefix}mcha.lock.key"), 190, 202, "$name: node $node has the new time to live");
	}
	ok($lock->getRemainingTime() > 100, "$name: getRemainingTime() has grown");
	ok($lock->release(), "$name: the owner releases the lock");
	is(result($me), 'RES_SUCCESS', "$name: the result code of release()");
	is($cluster->copies("{$prefix}mcha.lock.key"), [], "$name: no node has the lock");
	is([$lock->isHeld(), $lock->getRemainingTime()], [false, 0.0], "$name: a released lock is not held");
	is([$lock->release(), result($me), $lock->extend(100), result($me)], [false, 'RES_NOTFOUND', false, 'RES_NOTFOUND'], "$name: a released lock can be neither released nor extended");

	/* a client that lost its lock does not change the lock of its successor */
	$lock = $me->lock('key', 100);
	foreach (array_keys($cluster->nodes) as $node) {
		$cluster->delete($node, "{$prefix}mcha.lock.key");
	}
	$successor = $you->lock('key', 100);
	ok($successor && $successor->getFencingToken() > $lock->getFencingToken(), "$name: the successor has a greater fencing token");
	is([$lock->extend(300), result($me), $lock->isHeld()], [false, 'RES_NOTFOUND', false], "$name: a lost lock cannot be extended");
	is([$lock->release(), result($me)], [false, 'RES_NOTFOUND'], "$name: a lost lock cannot be released");
	$lock = null;
	ok($successor->extend(100), "$name: the successor still holds the lock");
	is(count($cluster->copies("{$prefix}mcha.lock.key")), $copies, "$name: all replicas have the successor's lock");

	/* the lock expires, which takes seconds */
	if (!in_array($name, ['meta, two copies', 'text, two copies', 'one copy'])) {
		continue;
	}
	ok($successor->extend(1), "$name: the successor shortens its lock");
	$last = $me->lock('key', 1, PATIENCE);
	ok($last && !$successor->isHeld(), "$name: the first client gets the lock when it has expired");
	ok($last->getFencingToken() > $successor->getFencingToken(), "$name: the new lock has a greater fencing token");
	is([$successor->release(), $successor->extend(10)], [false, false], "$name: an expired lock can be neither released nor extended");
	wait_until(fn() => !$last->isHeld(), what: 'the lock to expire');
	$you->lock('key', 100, PATIENCE) ?? print("NOT SO: $name: an expired lock is free\n");
}

done();
?>
--EXPECT--
done
