--TEST--
increment() and decrement() restore a counter that one home node has lost
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
	is($client->increment($key, 1), 16, "lost on node $lost: increment() continues from the other copy");
	is(array_map('trim', $cluster->copies($key)), ['16', '16'], "lost on node $lost: both nodes have the counter again");
	between($cluster->ttl($lost, $key), 750, 800, "lost on node $lost: the restored copy has the remaining TTL");
	is($client->increment($key, 1, 1000), 17, "lost on node $lost: an existing counter ignores the initial value");
	$cluster->delete($lost, $key);
	is($client->increment($key, 1, 1000), 18, "lost on node $lost: the initial value is ignored even if the node has lost the counter");
	is(array_map('trim', $cluster->copies($key)), ['18', '18'], "lost on node $lost: both nodes have the counter again");
	$cluster->delete($lost, $key);
	is($client->decrement($key, 8), 10, "lost on node $lost: decrement() continues from the other copy");
	is(array_map('trim', $cluster->copies($key)), ['10', '10'], "lost on node $lost: both copies are equal");
}

done();
?>
--EXPECT--
done
