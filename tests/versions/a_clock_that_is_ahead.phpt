--TEST--
A value written by a host with a fast clock gives way to later writes of other hosts, also on a node that missed those writes
--SKIPIF--
<?php $needs = ['newer-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

const KEYS = 40;
const OFFSETS = [0, 1.5, 3.5, 60, 3600, 86400 * 365];

$cluster = new Cluster(3, ['memcached' => newer_memcached()]);
$options = [McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_COMPRESSION => false];
$client = $cluster->client($options);
/* Each operation of this client waits for the node that hangs. */
$quick = $cluster->client($options + [McHA::OPT_OPERATION_TIMEOUT => 1000]);
$hints = fn() => array_sum(array_column($client->getNodes(), 'hints'));

/* The version that a host whose clock is so many seconds ahead gives now. */
$version = fn(float $ahead) => (1 << 62) | (int) ((microtime(true) + $ahead - 1577836800) * 1e6) << 11;

/* Writes as that host: the same bytes to both home nodes of each key. */
$write = function (array $keys, float $ahead, string $value) use ($cluster, $client, $version) {
	$lines = [];
	foreach ($keys as $key) {
		foreach (array_slice($cluster->preference($client, $key), 0, 2) as $i) {
			$lines[$i] = ($lines[$i] ?? '') . "ms $key " . strlen($value) . ' T0 F0 E' . $version($ahead) . " q\r\n$value\r\n";
		}
	}
	foreach ($lines as $i => $sent) {
		$cluster->raw($i, $sent . "mn\r\n");
	}
};

$reported = [];
foreach ([$client, $quick] as $one) {
	$one->setOption(McHA::OPT_FAILURE_CALLBACK, function (string $node, string $reason) use (&$reported) {
		if (str_contains($reason, 'ahead')) {
			$reported[] = $node;
		}
	});
}
$keys = [];
foreach (OFFSETS as $ahead) {
	$keys["$ahead"] = array_map(fn($i) => "ahead-$ahead-$i", range(1, KEYS));
	$client->setMulti(array_fill_keys($keys["$ahead"], 'older'));
}
foreach (OFFSETS as $ahead) {
	$write($keys["$ahead"], $ahead, 'old');
}
$all = array_merge(...array_values($keys));
is(array_unique($client->getMulti($all)), [$all[0] => 'old'], 'the host with the fast clock wrote the values');
$cluster->stop(0);
ok($quick->setMulti(array_fill_keys($all, 'new')), 'another host overwrites the values while a node hangs');
ok($hints() > KEYS, 'the node has many hints');
$cluster->cont(0);
wait_until(fn() => $cluster->raw(0, "version\r\n") !== '', what: 'the node to continue');
wait_until(function () use ($client, $hints) {
	$client->get('any');
	return $hints() === 0;
}, what: 'all hints to be replayed');
foreach ($keys as $ahead => $some) {
	$old = array_filter($some, fn($key) => array_diff($cluster->copies($key), ['new']) !== []);
	is(count($old), 0, "$ahead s ahead: no outdated copy is left");
}
is(count($reported), 3, 'the failure callback hears of versions that are far ahead');
is(count(array_unique($reported)), 3, 'once for each node');

done();
?>
--EXPECT--
done
