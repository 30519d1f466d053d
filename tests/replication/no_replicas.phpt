--TEST--
Without replicas each key is stored on one node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0]);
$used = [];
for ($i = 0; $i < 60; $i++) {
	$client->set("key$i", $i);
	$copies = $cluster->copies("key$i");
	is(array_keys($copies), [$cluster->preference($client, "key$i")[0]], "key$i is on its home node");
	$used += $copies;
	is($client->get("key$i"), $i, "key$i is read");
	is($client->getLastReplication()['copies'], 1, 'the report counts one copy');
}
is(count($used), 3, 'all nodes have keys');

done();
?>
--EXPECT--
done
