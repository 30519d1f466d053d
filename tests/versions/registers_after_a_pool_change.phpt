--TEST--
read_policy quorum with mcha.previous_servers: registers of the previous pool are read, changed and deleted
--SKIPIF--
<?php $needs = ['newer-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

$all = new Cluster(5, ['memcached' => newer_memcached()]);
$names = array_map(fn(int $i) => $all->name($i), range(0, 4));
$options = [McHA::OPT_NUMBER_OF_REPLICAS => 2, McHA::OPT_READ_POLICY => 'quorum', McHA::OPT_CONNECT_TIMEOUT => 10000,
	McHA::OPT_OPERATION_TIMEOUT => 40000];
$pool = function (array $servers, array $more = []) use ($options): McHA {
	$client = new McHA(null, null, implode(',', $servers));
	$client->setOptions($options + $more);
	return $client;
};
$previous = $pool(array_slice($names, 0, 3));
$items = array_combine(array_map(fn(int $i) => "key$i", range(1, 60)), range(1, 60));
ok($previous->setMulti($items, 1000), 'the values are written to the previous pool');

$changed = [McHA::OPT_PREVIOUS_SERVERS => implode(',', array_slice($names, 0, 3))];
$client = $pool(array_slice($names, 1), $changed); /* the first node is gone, two nodes are new */
for ($i = 1; $i <= 20; $i++) {
	is($client->get("key$i"), $i, "key$i is read");
	is(count(array_filter($client->inspect("key$i"), fn($node) => $node['found'] && $node['role'] === 'home')), 3, "key$i has moved to its three home nodes");
}
for ($i = 21; $i <= 30; $i++) {
	ok($client->delete("key$i"), "key$i is deleted");
	is($pool(array_slice($names, 1), $changed)->get("key$i"), false, "key$i stays deleted");
	is(array_filter($client->inspect("key$i"), fn($node) => $node['found']), [], "no node has key$i");
}
for ($i = 31; $i <= 40; $i++) {
	ok($client->set("key$i", "new $i"), "key$i is written");
	is($pool(array_slice($names, 1), $changed)->get("key$i"), "new $i", "a new client reads the new value of key$i");
	is($all->holds(0, "key$i"), null, "the node of the previous pool no longer has key$i");
}
is($client->increment('key41'), 42, 'a counter of the previous pool counts on');
ok($client->cas($client->get('key42', null, McHA::GET_EXTENDED)['cas'], 'key42', 'swapped'), 'a token of a migrated value is valid');
$found = $client->getMulti(array_keys($items));
ksort($found);
$expected = ['key41' => 42, 'key42' => 'swapped'] + array_combine(
	array_map(fn(int $i) => "key$i", range(31, 40)), array_map(fn(int $i) => "new $i", range(31, 40))
) + array_diff_key($items, array_flip(array_map(fn(int $i) => "key$i", range(21, 30))));
ksort($expected);
is($found, $expected, 'getMulti() finds all values');

done();
?>
--EXPECT--
done
