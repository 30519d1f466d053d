--TEST--
A write that modifies an item restores the copy that one home node has lost
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
foreach ([0, 1] as $lost) {
	$key = $cluster->keyLedBy($client, 0, 1, "key$lost.");
	$client->set($key, 'middle', 400);
	$cluster->delete($lost, $key);
	ok($client->append($key, ' end'), "lost on node $lost: append");
	is($cluster->copies($key), ['middle end', 'middle end'], "lost on node $lost: both nodes have the value after append");
	$cluster->delete($lost, $key);
	ok($client->prepend($key, 'start '), "lost on node $lost: prepend");
	is($cluster->copies($key), ['start middle end', 'start middle end'], "lost on node $lost: both nodes have the value after prepend");
	between($cluster->ttl($lost, $key), 350, 400, "lost on node $lost: the restored copy has the remaining TTL");
	$cluster->delete($lost, $key);
	ok($client->touch($key, 900), "lost on node $lost: touch");
	is($cluster->copies($key), ['start middle end', 'start middle end'], "lost on node $lost: both nodes have the value after touch");
	between($cluster->ttl($lost, $key), 850, 900, "lost on node $lost: the restored copy has the new TTL");
	$cluster->delete($lost, $key);
	ok($client->delete($key), "lost on node $lost: delete() finds the remaining copy");
	is($cluster->copies($key), [], "lost on node $lost: no copy is left");
}

done();
?>
--EXPECT--
done
