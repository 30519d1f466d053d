--TEST--
One item whose version no clock gave does no harm to others, nor for long to its own key
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
is($client->get('key'), 'poison', 'it is read');
is($logged(), 1, 'which is logged');
is($client->getMulti(['key', 'other']), ['key' => 'poison', 'other' => 1], 'with others, too');
$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
is($logged(), 1, 'once');
ok($client->set('other', 2), 'another key');
between($version('other'), $now, $soon, 'is given a version of its time');

/* Two clients have read it, and both write. */
ok($client->cas($token, 'key', 'one'), 'a swap');
$one = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
between($one, $now, $soon, 'makes it a version of its time');
ok($client->set('key', 'two'), 'a write that the first client has not seen');
is($client->cas($one, 'key', 'three'), false, 'is not written over by it');
is($client->get('key'), 'two', 'and stays');

/* A register. */
$registers = $cluster->client($options + [McHA::OPT_READ_POLICY => 'quorum']);
$poison('register');
is($registers->get('register'), 'poison', 'a register of that version');
ok($registers->set('register', 'set'), 'set');
is($registers->get('register'), 'set', 'it heeds it');
$poison('register');
ok($registers->delete('register'), 'delete');
is($registers->get('register'), false, 'it heeds that, too');

/* One copy of three. */
$registers->set('register', 'good');
$cluster->raw(0, 'ms register 6 T0 F0 E' . PHP_INT_MAX . "\r\npoison\r\n");
is($registers->get('register'), 'good', 'whatever else there is is newer');

done();
?>
--EXPECT--
done
