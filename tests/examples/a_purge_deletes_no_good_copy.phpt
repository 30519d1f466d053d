--TEST--
purge() of examples/changing-the-pool deletes no copy that the application looks for: not with mcha.previous_servers in php.ini, no lock, and no value that is placed by another string than its key
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__, 2) . '/examples/changing-the-pool/purge.inc';

$cluster = new Cluster(4);
$names = fn(int ...$nodes): string => implode(',', array_map([$cluster, 'name'], $nodes));
$settings = [McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000];
$client_of = function (string $pool, array $options = []) use ($settings): McHA {
	$client = new McHA(null, null, $pool);
	$client->setOptions($options + $settings);
	return $client;
};
$values = [];
for ($i = 0; $i < 60; $i++) {
	$values["key$i"] = "value $i";
}

/* The previous pool is in php.ini, where every client takes it from. */
$client_of($names(0, 1, 2))->setMulti($values, 3600);
ini_set('mcha.previous_servers', $names(0, 1, 2));
$client = $client_of($names(0, 1, 3));
purge($client);
ini_set('mcha.previous_servers', '');
$client = $client_of($names(0, 1, 3));
is($client->getMulti(array_keys($values)), $values, 'mcha.previous_servers in php.ini: every value is there after the purge');
is($client->repair(array_keys($values)), [], 'with all its copies');
is($cluster->items(2), 0, 'and the node that left the pool is empty');

/* A value by server key, a lock, the lock of a session, and an old copy of a deleted value. */
$cluster->empty(0, 1, 2, 3);
$client = $client_of($names(0, 1, 2, 3));
$everywhere = fn(string $key): array => array_keys($cluster->copies($key));
/* A key none of whose home nodes is a home node of the other string. */
$apart = function (string $place, string $prefix) use ($cluster, $client): string {
	$homes = array_slice($cluster->preference($client, $place), 0, 2);
	for ($i = 0; array_intersect($homes, array_slice($cluster->preference($client, "$prefix$i"), 0, 2)); $i++) {
	}
	return "$prefix$i";
};
$by_server_key = $apart('server', 'by');
$client->setByKey('server', $by_server_key, 'by server key', 3600);
$at_server = $everywhere($by_server_key);
$deleted = 'deleted';
$stray = $cluster->preference($client, $deleted)[3];
$cluster->raw($stray, "set $deleted 0 3600 3\r\nold\r\n");
$lock = $client->lock('lock', 3600);
$held = $everywhere('mcha.lock.lock');
ok($held !== [], 'a lock is held');
foreach ([0, 1, 2, 3] as $i) {
	$cluster->raw($i, "set memc.sess.key.lock.ada 0 3600 1\r\nx\r\n");
}
$client->set('plain', 'value', 3600);
$client_of($cluster->name($cluster->preference($client, 'plain')[2]))->set('plain', 'stray', 3600);

is(array_slice(purge($client), 0, 2), ['given' => 0, 'taken' => 1], 'without $placed_by, purge() takes the stray copy alone');
is($everywhere($by_server_key), $at_server, 'the value by server key has its copies');
is($everywhere('mcha.lock.lock'), $held, 'the lock has its copies');
is(count($everywhere('memc.sess.key.lock.ada')), 4, 'a lock of a session is left alone');
is($everywhere($deleted), [$stray], 'a key that no home node has is left alone');

/* The application says what places its keys. */
$at = $everywhere($by_server_key);
$cluster->delete($at[0], $by_server_key);
$other = array_values(array_diff([0, 1, 2, 3], $at_server))[0];
$cluster->raw($other, "set $by_server_key 0 3600 3\r\nold\r\n");
$placed_by = fn(string $key): ?string => match (true) {
	$key === $by_server_key => 'server',
	str_starts_with($key, 'app:') => substr($key, 4),
	default => $key,
};
$done = purge($client, $placed_by);
is([$done['given'], $done['taken']], [1, 2], 'with $placed_by, what is missing is given, and what is left over is taken');
is($everywhere($by_server_key), $at_server, 'the value by server key has its two copies where the application looks for them');
is($client->getByKey('server', $by_server_key), 'by server key', 'and its value');
is([$everywhere($deleted), $everywhere('mcha.lock.lock')], [[], $held], 'the old copy of a deleted value is gone, and the lock is not');

/* A prefix, which placement leaves out. */
$app = $client_of($names(0, 1, 2, 3), [McHA::OPT_PREFIX_KEY => 'app:']);
$app->setMulti($values, 3600);
$done = purge($client, $placed_by);
is([$done['given'], $done['taken']], [0, 0], 'values with a prefix lie where they are placed without it');
is([$app->getMulti(array_keys($values)), $app->repair(array_keys($values))], [$values, []], 'and have all their copies');
$before = array_map(fn(int $i) => $cluster->items($i), [0, 1, 2, 3]);
is(purge($client, fn() => null)['taken'], 0, 'keys for which $placed_by returns null');
is(array_map(fn(int $i) => $cluster->items($i), [0, 1, 2, 3]), $before, 'are left alone');

done();
?>
--EXPECT--
done
