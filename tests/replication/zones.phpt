--TEST--
The home nodes of a key are in different zones as far as there are zones
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$client = new McHA(null, null, '10.0.0.1?zone=a,10.0.0.2?zone=a,10.0.0.3?zone=a,10.0.0.4?zone=b,10.0.0.5?zone=c');
$client->setOption(McHA::OPT_NUMBER_OF_REPLICAS, 1);
$pairs = [];
for ($i = 0; $i < 300; $i++) {
	$zones = array_column($client->getReplicas("key$i"), 'zone');
	ok($zones[0] !== $zones[1], "key$i: two home nodes in two zones");
	is(count(array_unique(array_slice($zones, 0, 3))), 3, "key$i: the first three nodes are in three zones");
	$pairs["$zones[0]$zones[1]"] = true;
}
is(count($pairs), 6, 'every zone is second to every other zone for some keys');
is(array_column($client->getNodes(), 'zone'), ['a', 'a', 'a', 'b', 'c'], 'getNodes() reports the zones');

/* Zones as roles: one primary and one backup node for every key. */
$client = new McHA(null, null, '10.0.0.1?zone=primary,10.0.0.2?zone=primary,10.0.0.3?zone=backup,10.0.0.4?zone=backup');
for ($i = 0; $i < 100; $i++) {
	$zones = array_slice(array_column($client->getReplicas("key$i"), 'zone'), 0, 2);
	sort($zones);
	is($zones, ['backup', 'primary'], "key$i: one home node in each zone");
}

done();
?>
--EXPECT--
done
