--TEST--
inspect() reports what every node holds, and changes nothing
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
is(array_keys($seen[0]), ['host', 'port', 'zone', 'role', 'state', 'found', 'deleted', 'size', 'ttl', 'flags', 'version'], 'the fields of a node');
is(count($seen), 3, 'inspect() lists every node');
$nodes = array_column($seen, null, 'port');
foreach ([2 => true, 0 => true, 1 => false] as $i => $found) {
	$node = $nodes[$cluster->nodes[$i]->number];
	is($node['found'], $found, "node $i: whether it has a copy");
	is($node['role'], $found ? 'home' : 'handoff', "node $i: its role");
	if ($found) {
		is($node['size'], 5, "node $i: the size");
		between($node['ttl'], 480, 500, "node $i: the TTL");
	}
}
$cluster->delete(2, $key);
$nodes = array_column($client->inspect($key), null, 'port');
is($nodes[$cluster->nodes[2]->number]['found'], false, 'a lost copy is not found');
is(array_keys($cluster->copies($key)), [0], 'inspect() does not repair the lost copy');
$client->set($key, 'value', 0);
is(array_column($client->inspect($key), 'ttl', 'port')[$cluster->nodes[0]->number], -1, 'an item without expiration');
$cluster->kill(0);
$client->get($key);
$nodes = array_column($client->inspect($key), null, 'port');
ok(!$nodes[$cluster->nodes[0]->number]['found'], 'a dead node is reported without a copy');
ok($nodes[$cluster->nodes[2]->number]['found'], 'a node that is up is reported with its copy');
is($client->inspect('bad key'), [], 'inspect() of a bad key is empty');

done();
?>
--EXPECT--
done
