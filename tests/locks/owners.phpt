--TEST--
A lock is prolonged and given back by its owner alone, and ends with its time
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$settings = [
	'meta, two copies' => [], 'text, two copies' => [McHA::OPT_PROTOCOL => McHA::PROTOCOL_TEXT],
	'binary, two copies' => [McHA::OPT_PROTOCOL => McHA::PROTOCOL_BINARY], 'one copy' => [McHA::OPT_NUMBER_OF_REPLICAS => 0],
	'three copies' => [McHA::OPT_NUMBER_OF_REPLICAS => 2], 'a prefix' => [McHA::OPT_PREFIX_KEY => 'app.'],
	'whose first node alone decides' => [McHA::OPT_ALLOW_FAILOVER => 0], 'all must acknowledge' => [McHA::OPT_WRITE_QUORUM => 'all'],
];
foreach ($settings as $name => $options) {
	$cluster = new Cluster(3);
	$me = $cluster->client($options);
	$you = $cluster->client($options);
	$prefix = $options[McHA::OPT_PREFIX_KEY] ?? '';
	$copies = ($options[McHA::OPT_NUMBER_OF_REPLICAS] ?? 1) + 1;
	$me->set('key', 'value');
	$lock = $me->lock('key', 100);
	ok($lock instanceof McHALock, "$name: it is mine");
	is(result($me), 'RES_SUCCESS', "$name: so it is said");
	is($lock->getKey(), 'key', "$name: it knows its key");
	ok($lock->isHeld(), "$name: it is held");
	ok($lock->getRemainingTime() > 0 && $lock->getRemainingTime() <= 100, "$name: for its time");
	ok($lock->getFencingToken() > 0, "$name: with a number");
	is(count($cluster->copies("{$prefix}mcha.lock.key")), $copies, "$name: on all copies");
	is(count(array_unique($cluster->copies("{$prefix}mcha.lock.key"))), 1, "$name: by one token");
	is(array_keys($cluster->copies("{$prefix}mcha.lock.key")), array_keys($cluster->copies("{$prefix}key")), "$name: on the key's own nodes");
	is($me->get('key'), 'value', "$name: a value of that key is another thing");
	is($you->lock('key', 100), null, "$name: nobody else has it");
	is(result($you), 'RES_NOTSTORED', "$name: because it is held");
	is($me->lock('key', 100), null, "$name: nor the same once more");
	ok($you->lock('other', 100), "$name: another one is free");

	ok($lock->extend(200), "$name: it is prolonged");
	foreach (array_keys($cluster->copies("{$prefix}mcha.lock.key")) as $node) {
		between($cluster->ttl($node, "{$prefix}mcha.lock.key"), 190, 202, "$name: on each node");
	}
	ok($lock->getRemainingTime() > 100, "$name: so it says");
	ok($lock->release(), "$name: it is given back");
	is(result($me), 'RES_SUCCESS', "$name: so it is said again");
	is($cluster->copies("{$prefix}mcha.lock.key"), [], "$name: by all copies");
	is([$lock->isHeld(), $lock->getRemainingTime()], [false, 0.0], "$name: it is held no more");
	is([$lock->release(), result($me), $lock->extend(100), result($me)], [false, 'RES_NOTFOUND', false, 'RES_NOTFOUND'], "$name: that was it");

	/* who lost it harms nobody */
	$lock = $me->lock('key', 100);
	foreach (array_keys($cluster->nodes) as $node) {
		$cluster->delete($node, "{$prefix}mcha.lock.key");
	}
	$successor = $you->lock('key', 100);
	ok($successor && $successor->getFencingToken() > $lock->getFencingToken(), "$name: another one has a greater number");
	is([$lock->extend(300), result($me), $lock->isHeld()], [false, 'RES_NOTFOUND', false], "$name: what is lost is not prolonged");
	is([$lock->release(), result($me)], [false, 'RES_NOTFOUND'], "$name: nor given back");
	$lock = null;
	ok($successor->extend(100), "$name: the successor has it still");
	is(count($cluster->copies("{$prefix}mcha.lock.key")), $copies, "$name: on all copies");

	/* it ends by itself, which takes seconds */
	if (!in_array($name, ['meta, two copies', 'text, two copies', 'one copy'])) {
		continue;
	}
	ok($successor->extend(1), "$name: it is shortened");
	$last = $me->lock('key', 1, PATIENCE);
	ok($last && !$successor->isHeld(), "$name: it is had when it has ended");
	ok($last->getFencingToken() > $successor->getFencingToken(), "$name: with a greater number");
	is([$successor->release(), $successor->extend(10)], [false, false], "$name: its owner cannot have it back");
	wait_until(fn() => !$last->isHeld(), what: 'the end of its time');
	$you->lock('key', 100, PATIENCE) ?? print("NOT SO: $name: and then it is free\n");
}

done();
?>
--EXPECT--
done
