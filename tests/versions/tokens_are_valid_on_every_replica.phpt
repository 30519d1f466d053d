--TEST--
With versions a CAS token is valid on every replica and survives its node
--SKIPIF--
<?php $needs = ['newer-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

$versions = fn(McHA $client, string $key) => array_unique(array_column(array_filter($client->inspect($key), fn($node) => $node['found']), 'version'));
$token = fn(McHA $client, string $key) => $client->get($key, null, McHA::GET_EXTENDED)['cas'];

$cluster = new Cluster(3, ['memcached' => newer_memcached()]);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$writes = [
	'set' => fn() => $client->set('key', 'value'),
	'append' => fn() => $client->setOption(McHA::OPT_COMPRESSION, false) && $client->append('key', 'more'),
	'replace' => fn() => $client->replace('key', 'other'),
	'cas' => fn() => $client->cas($token($client, 'key'), 'key', 'swapped'),
	'setMulti' => fn() => $client->setMulti(['key' => 7]),
	'increment' => fn() => $client->increment('key') === 8,
	'add' => fn() => $client->delete('key') && $client->add('key', 'new'),
];
$last = 0;
foreach ($writes as $name => $write) {
	ok($write(), $name);
	$seen = $versions($client, 'key');
	is(count($seen), 1, "$name: all copies have one version");
	ok($seen[0] > $last && $seen[0] >= 1 << 62, "$name: the version is newer than before");
	is($token($client, 'key'), $seen[0], "$name: the version is the token");
	$last = $seen[0];
}

/* The node that gave the token is dead; then another node loses its copy. */
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'before');
$seen = $token($client, $key);
$cluster->kill(0);
ok($client->cas($seen, $key, 'after'), 'a token is valid after its node died');
is($client->get($key), 'after', 'the new value is read');
ok(!$client->cas($seen, $key, 'again'), 'a token swaps once');
is(result($client), 'RES_DATA_EXISTS', 'the result says that the item changed');

$seen = $token($client, $key);
$cluster->delete(1, $key);
ok($client->cas($seen, $key, 'once more'), 'a token is valid after the copy that gave it is gone');

/* A restored copy keeps its version. */
$client->set($key, 'kept', 1000);
$seen = $versions($client, $key);
$cluster->delete(1, $key);
is($client->get($key), 'kept', 'the value is read from the remaining copy');
is($versions($client, $key), $seen, 'the restored copy has the same version');

/* With mcha.versions=0 the servers give their own CAS values. */
$cluster = new Cluster(2, ['memcached' => newer_memcached()]);
$child = new Child('$client = new McHA(null, null, $argv[1]); $client->set("key", 1); echo max(array_column($client->inspect("key"), "version")), "\n";',
	[$cluster->servers()], ['mcha.versions' => 0]);
ok((int) $child->hear() < 1 << 48, 'mcha.versions=0');
$child->finish();

done();
?>
--EXPECT--
done
