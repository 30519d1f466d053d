--TEST--
getReplicas gives every node once, in an order that depends on the key alone
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
	is(array_keys($list[0]), ['host', 'port', 'zone', 'role', 'state'], 'what is said of a node');
	is(array_column($list, 'role'), ['home', 'home', 'home', 'handoff', 'handoff'], 'three copies and two that may stand in');
	is(array_unique(array_column($list, 'state')), ['unknown'], 'none was asked');
	is($other->getReplicas("key$i"), $list, 'another client sees the same');
	$order = $cluster->preference($client, "key$i");
	sort($order);
	is($order, [0, 1, 2, 3, 4], 'each node once');
	$order = $cluster->preference($client, "key$i");
	is($cluster->index(...array_slice($client->getServerByKey("key$i"), 0, 2)), $order[0], 'getServerByKey is the first of them');
	$firsts[$order[0]] = ($firsts[$order[0]] ?? 0) + 1;
	$orders["$order[0] then $order[1]"] = true;
}
is(count($firsts), 5, 'every node comes first for some keys');
is(count($orders), 20, 'and the load of each is spread over all others');
is($client->getReplicas('bad key'), [], 'a bad key has none');
is(result($client), 'RES_BAD_KEY_PROVIDED', 'which is said');
is((new McHA(null, null, ''))->getReplicas('key'), [], 'nor has an empty pool');

/* Without one node the others keep their order. */
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
