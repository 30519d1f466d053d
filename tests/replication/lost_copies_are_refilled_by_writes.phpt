--TEST--
A write that changes what is there refills the copy that was lost
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
	is($cluster->copies($key), ['middle end', 'middle end'], "lost on node $lost: both have it");
	$cluster->delete($lost, $key);
	ok($client->prepend($key, 'start '), "lost on node $lost: prepend");
	is($cluster->copies($key), ['start middle end', 'start middle end'], "lost on node $lost: both have it");
	between($cluster->ttl($lost, $key), 350, 400, "lost on node $lost: with its life");
	$cluster->delete($lost, $key);
	ok($client->touch($key, 900), "lost on node $lost: touch");
	is($cluster->copies($key), ['start middle end', 'start middle end'], "lost on node $lost: both have it");
	between($cluster->ttl($lost, $key), 850, 900, "lost on node $lost: with the new life");
	$cluster->delete($lost, $key);
	ok($client->delete($key), "lost on node $lost: there was a copy to delete");
	is($cluster->copies($key), [], "lost on node $lost: none is left");
}

done();
?>
--EXPECT--
done
