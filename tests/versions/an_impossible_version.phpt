--TEST--
An item with an impossible version does no harm to other keys, and its own key recovers with the next write
--SKIPIF--
<?php $needs = ['newer-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

$log = new Folder();
ini_set('error_log', "$log->path/log");
$cluster = new Cluster(3, ['memcached' => newer_memcached()]);
$options = [McHA::OPT_COMPRESSION => false, McHA::OPT_NUMBER_OF_REPLICAS => 2];
$client = $cluster->client($options);
$poison = function (string $key) use ($cluster) {
	foreach (array_keys($cluster->nodes) as $i) {
		$cluster->raw($i, "ms $key 6 T0 F0 E" . PHP_INT_MAX . "\r\npoison\r\n");
	}
};
$now = (1 << 62) | (int) ((microtime(true) - 1577836800) * 1e6) << 11;
$soon = $now + (3600 * 1000000 << 11);
$version = fn(string $key) => $client->inspect($key)[0]['version'];
$logged = fn() => substr_count((string) @file_get_contents("$log->path/log"), 'seconds ahead of this host');

$client->set('other', 1);
$poison('key');
is($client->get('key'), 'poison', 'the item is read');
is($logged(), 1, 'the impossible version is logged');
is($client->getMulti(['key', 'other']), ['key' => 'poison', 'other' => 1], 'it is read among other keys, too');
$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
is($logged(), 1, 'the impossible version is logged once');
ok($client->set('other', 2), 'another key is written');
between($version('other'), $now, $soon, 'another key gets a version of the current time');

/* Two clients have read the item, and both write. */
ok($client->cas($token, 'key', 'one'), 'the first client swaps');
$one = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
between($one, $now, $soon, 'the swap gives the item a version of the current time');
ok($client->set('key', 'two'), 'a write that the first client has not seen');
is($client->cas($one, 'key', 'three'), false, 'the first client\'s token no longer swaps');
is($client->get('key'), 'two', 'the second client\'s value is kept');

/* A register. */
$registers = $cluster->client($options + [McHA::OPT_READ_POLICY => 'quorum']);
$poison('register');
is($registers->get('register'), 'poison', 'a register with the impossible version is read');
ok($registers->set('register', 'set'), 'set');
is($registers->get('register'), 'set', 'set() replaces the register');
$poison('register');
ok($registers->delete('register'), 'delete');
is($registers->get('register'), false, 'delete() deletes the register');

/* The impossible version on one node of three. */
$registers->set('register', 'valid');
$cluster->raw(0, 'ms register 6 T0 F0 E' . PHP_INT_MAX . "\r\npoison\r\n");
is($registers->get('register'), 'valid', 'every other version counts as newer');

done();
?>
--EXPECT--
done
