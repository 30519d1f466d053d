--TEST--
Two copies of different versions converge to the newer one when the key is read, whichever node has it
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; require_once dirname(__DIR__) . '/lib/newer.inc'; if (!newer_memcached()) die('skip no newer memcached'); ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

const KEYS = 60;

$cluster = new Cluster(3, ['memcached' => newer_memcached()]);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$keys = array_map(fn(int $i) => "key$i", range(1, KEYS));
$version = fn(int $node, string $key): int => preg_match('/ c(\d+)/', $cluster->raw($node, "mg $key c u\r\n"), $found) ? (int) $found[1] : 0;
$client->setMulti(array_fill_keys($keys, 'younger'), 3600);
foreach ($keys as $i => $key) {
	[$first, $second] = $cluster->preference($client, $key);
	$node = $i % 2 ? $first : $second;
	$older = $version($node, $key) - 1000000;
	is($cluster->raw($node, "ms $key 5 T3600 E$older\r\nolder\r\n"), "HD\r\n", 'the older copy is written');
}
$read = 0;
wait_until(function () use ($cluster, $client, $keys, &$read) {
	foreach ($keys as $key) {
		ok(in_array($client->get($key), ['older', 'younger'], true), 'a read returns one of the two values');
		$read++;
	}
	return !array_filter($keys, fn(string $key) => array_values($cluster->copies($key)) !== ['younger', 'younger']);
}, what: 'all copies to be the newer ones');
between($read, 1, 200 * KEYS, 'few reads suffice');
foreach ($keys as $key) {
	[$first, $second] = $cluster->preference($client, $key);
	is($version($first, $key), $version($second, $key), 'both copies have the same version');
	between($cluster->ttl($first, $key), 1, 3600, 'the first copy keeps its TTL');
	between($cluster->ttl($second, $key), 1, 3600, 'the second copy keeps its TTL');
}

/* Two clients that set the same keys at the same time. */
$code = '
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions([McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	$client->get("connects");
	echo "ready\n";
	fgets(STDIN);
	for ($i = 1; $i <= 500; $i++) {
		$client->set("both$i", "by $argv[2]", 3600);
	}';
$children = [new Child($code, [$cluster->servers(), 'one']), new Child($code, [$cluster->servers(), 'another'])];
foreach ($children as $child) {
	is($child->hear(), 'ready', 'the other client is ready');
}
foreach ($children as $child) {
	$child->tell('go');
}
foreach ($children as $child) {
	is($child->finish(), '', 'the other client ends without an error');
}
$both = array_map(fn(int $i) => "both$i", range(1, 500));
wait_until(function () use ($cluster, $client, $both) {
	$client->getMulti($both);
	return !array_filter($both, fn(string $key) => count(array_unique($cluster->copies($key))) !== 1);
}, what: 'the copies of both clients\' keys to be equal');

done();
?>
--EXPECT--
done
