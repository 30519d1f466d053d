--TEST--
A counter that a node lost is brought up again from one that did not
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
foreach ([0, 1] as $lost) {
	$key = $cluster->keyLedBy($client, 0, 1, "counter$lost.");
	$client->set($key, 10, 800);
	$client->increment($key, 5);
	$cluster->delete($lost, $key);
	is($client->increment($key, 1), 16, "lost on node $lost: it counts on");
	is(array_map('trim', $cluster->copies($key)), ['16', '16'], "lost on node $lost: both have it again");
	between($cluster->ttl($lost, $key), 750, 800, "lost on node $lost: with its life");
	is($client->increment($key, 1, 1000), 17, "lost on node $lost: an initial value is not for a counter that exists");
	$cluster->delete($lost, $key);
	is($client->increment($key, 1, 1000), 18, "lost on node $lost: not even when the node has lost it");
	is(array_map('trim', $cluster->copies($key)), ['18', '18'], "lost on node $lost: both have it once more");
	$cluster->delete($lost, $key);
	is($client->decrement($key, 8), 10, "lost on node $lost: downwards");
	is(array_map('trim', $cluster->copies($key)), ['10', '10'], "lost on node $lost: both");
}

done();
?>
--EXPECT--
done
