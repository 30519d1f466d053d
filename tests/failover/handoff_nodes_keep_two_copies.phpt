--TEST--
While a node is down another one keeps the second copy, for a limited time
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
	ok($client->set($key, "without $down", 1000), 'it is written');
	is(array_keys($cluster->copies($key)), array_values(array_diff([0, 1, 2], [$down])), "node $down down: its stand-in has a copy");
	between($cluster->ttl(2, $key), 150, 200, 'which does not live long');
	between($cluster->ttl(1 - $down, $key), 950, 1000, 'while the other copy does');
	$client->set($key, "without $down", 50);
	between($cluster->ttl(2, $key), 20, 50, 'a short life stays short');
	$cluster->restart($down);
	is($client->get($key), "without $down", 'the node is back: it is found');
	$client->set($key, "with $down", 1000);
	is($client->get($key), "with $down", 'and written as before');
	is($cluster->copies($key)[0] ?? null, "with $down", 'on both');
	is($cluster->copies($key)[1] ?? null, "with $down", 'of its nodes');
	$client->delete($key);
	is($client->get($key), false, 'deleted');
	is($cluster->copies($key), [], 'with every stand-in');
}

/* Both home nodes go, one after the other: the stand-in has it. */
$client->set($key, 'kept');
$cluster->kill(0);
is($client->get($key), 'kept', 'first one');
$client->set($key, 'kept again');
$cluster->kill(1);
is($client->get($key), 'kept again', 'then the other');

done();
?>
--EXPECT--
done
