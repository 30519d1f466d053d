--TEST--
inspect tells what every node really holds, and touches nothing
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_USER_FLAGS => 3]);
$key = $cluster->keyLedBy($client, 2, 0);
$client->set($key, 'value', 500);
$seen = $client->inspect($key);
is(array_keys($seen[0]), ['host', 'port', 'zone', 'role', 'state', 'found', 'deleted', 'size', 'ttl', 'flags', 'version'], 'what is said of a node');
is(count($seen), 3, 'every node');
$nodes = array_column($seen, null, 'port');
foreach ([2 => true, 0 => true, 1 => false] as $i => $found) {
	$node = $nodes[$cluster->nodes[$i]->number];
	is($node['found'], $found, "node $i: found or not");
	is($node['role'], $found ? 'home' : 'handoff', "node $i: its role");
	if ($found) {
		is($node['size'], 5, "node $i: the size");
		between($node['ttl'], 480, 500, "node $i: the life");
	}
}
$cluster->delete(2, $key);
$nodes = array_column($client->inspect($key), null, 'port');
is($nodes[$cluster->nodes[2]->number]['found'], false, 'what is gone is gone');
is(array_keys($cluster->copies($key)), [0], 'and is not repaired by looking');
$client->set($key, 'value', 0);
is(array_column($client->inspect($key), 'ttl', 'port')[$cluster->nodes[0]->number], -1, 'no end');
$cluster->kill(0);
$client->get($key);
$nodes = array_column($client->inspect($key), null, 'port');
ok(!$nodes[$cluster->nodes[0]->number]['found'], 'a dead node holds nothing');
ok($nodes[$cluster->nodes[2]->number]['found'], 'the others do');
is($client->inspect('bad key'), [], 'a bad key');

done();
?>
--EXPECT--
done
