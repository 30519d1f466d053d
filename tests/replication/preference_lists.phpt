--TEST--
getReplicas() returns every node once, in an order that depends on the key alone
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(5);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$other = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$firsts = $orders = [];
for ($i = 0; $i < 200; $i++) {
	$list = $client->getReplicas("key$i");
	is(array_keys($list[0]), ['host', 'port', 'zone', 'role', 'state'], 'the fields of a node');
	is(array_column($list, 'role'), ['home', 'home', 'home', 'handoff', 'handoff'], 'three home nodes and two handoff nodes');
	is(array_unique(array_column($list, 'state')), ['unknown'], 'no node has been contacted');
	is($other->getReplicas("key$i"), $list, 'another client gets the same list');
	$order = $cluster->preference($client, "key$i");
	sort($order);
	is($order, [0, 1, 2, 3, 4], 'each node is in the list once');
	$order = $cluster->preference($client, "key$i");
	is($cluster->index(...array_slice($client->getServerByKey("key$i"), 0, 2)), $order[0], 'getServerByKey() returns the first node of the list');
	$firsts[$order[0]] = ($firsts[$order[0]] ?? 0) + 1;
	$orders["$order[0] then $order[1]"] = true;
}
is(count($firsts), 5, 'every node comes first for some keys');
is(count($orders), 20, 'each node has every other node as its successor for some keys');
is($client->getReplicas('bad key'), [], 'a bad key has no list');
is(result($client), 'RES_BAD_KEY_PROVIDED', 'the result code says so');
is((new McHA(null, null, ''))->getReplicas('key'), [], 'an empty pool has no list');

/* Without one node the other nodes keep their order. */
$fewer = new McHA();
foreach ([0, 1, 2, 4] as $i) {
	$fewer->addServer($cluster->nodes[$i]->host, $cluster->nodes[$i]->number);
}
for ($i = $moved = 0; $i < 200; $i++) {
	$before = array_values(array_diff($cluster->preference($client, "key$i"), [3]));
	$after = $cluster->preference($fewer, "key$i");
	$moved += $before !== $after;
}
ok($moved < 100, "most lists stay when a node leaves the pool: $moved of 200 changed");

done();
?>
--EXPECT--
done
