--TEST--
While a home is down a handoff node keeps the second copy, for a limited time
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
mcha.failover_ttl=200
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
foreach ([0, 1] as $down) {
	$cluster->kill($down);
	ok($client->set($key, "without $down", 1000), 'a write succeeds while a home is down');
	is(array_keys($cluster->copies($key)), array_values(array_diff([0, 1, 2], [$down])), "node $down down: the handoff node has a copy");
	between($cluster->ttl(2, $key), 150, 200, 'the copy on the handoff node has a limited time to live');
	between($cluster->ttl(1 - $down, $key), 950, 1000, 'the copy on the remaining home has its whole time to live');
	$client->set($key, "without $down", 50);
	between($cluster->ttl(2, $key), 20, 50, 'the handoff node keeps a shorter time to live');
	$cluster->restart($down);
	is($client->get($key), "without $down", 'the value is read when the home is back');
	$client->set($key, "with $down", 1000);
	is($client->get($key), "with $down", 'the value is read after a write to both homes');
	is($cluster->copies($key)[0] ?? null, "with $down", 'node 0 has the new value');
	is($cluster->copies($key)[1] ?? null, "with $down", 'node 1 has the new value');
	$client->delete($key);
	is($client->get($key), false, 'the deleted key is a miss');
	is($cluster->copies($key), [], 'no node has a copy of the deleted key');
}

/* Both homes are killed, one after the other: the handoff node has the value. */
$client->set($key, 'kept');
$cluster->kill(0);
is($client->get($key), 'kept', 'the value is read after the first home is killed');
$client->set($key, 'kept again');
$cluster->kill(1);
is($client->get($key), 'kept again', 'the value is read after the second home is killed');

done();
?>
--EXPECT--
done
