--TEST--
McHA finds keys that pecl memcache wrote on the node where pecl memcache put them
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcache']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Runs in one process of pecl memcache: [[strategy, hash function, [[host, port, weight] ...], [key ...]] ...] */
$write = '
	error_reporting(E_ALL & ~E_DEPRECATED);
	foreach (json_decode(file_get_contents($argv[1]), true) as [$strategy, $function, $servers, $keys]) {
		ini_set("memcache.hash_strategy", $strategy);
		ini_set("memcache.hash_function", $function);
		$pool = new MemcachePool();
		foreach ($servers as [$host, $port, $weight]) {
			$pool->addServer($host, $port, 0, true, $weight);
		}
		foreach ($keys as $key) {
			if (!$pool->set($key, "of $key")) {
				echo "could not write $key\n";
			}
		}
	}';
$distributions = ['standard' => McHA::DISTRIBUTION_MEMCACHE_STANDARD, 'consistent' => McHA::DISTRIBUTION_MEMCACHE_CONSISTENT];
$hashes = ['crc32' => McHA::HASH_CRC, 'fnv' => McHA::HASH_FNV1A_32];
$weights = ['equal' => array_fill(0, 8, 1), 'weighted' => [1, 3, 1, 2, 7, 1, 1, 20]];

$cluster = new Cluster(8);
$sockets = new Cluster(3, ['unix' => true]);
$cases = [];
foreach ([[$cluster, 1], [$cluster, 2], [$cluster, 3], [$cluster, 5], [$cluster, 8], [$sockets, 3]] as [$nodes, $count]) {
	foreach ($weights as $how => $weight) {
		foreach ($distributions as $strategy => $distribution) {
			foreach ($hashes as $function => $hash) {
				$name = strtr("$strategy-$function-$count-$how-{$nodes->nodes[0]->number}", ' ', '_');
				$cases[$name] = [$nodes, array_slice($nodes->nodes, 0, $count), $weight, $strategy, $function];
			}
		}
	}
}
/* One of the keys has a hash whose 15 bits of the standard strategy are 0, which pecl memcache counts as 1. */
function keys_of(string $name): array
{
	static $keys = [];
	if (!isset($keys[$name])) {
		$keys[$name] = array_map(fn($i) => $i % 10 ? "$name:$i:profile" : "$name:\u{e9}$i", range(1, 199));
		$algorithm = str_contains($name, 'fnv') ? 'fnv1a32' : 'crc32b';
		for ($i = 0; hexdec(hash($algorithm, "$name:zero$i")) >> 16 & 0x7fff; $i++) {
		}
		$keys[$name][] = "$name:zero$i";
	}
	return $keys[$name];
}

/* --- pecl memcache writes, McHA reads --------------------------------------------------------- */

$jobs = [];
foreach ($cases as $name => [, $nodes, $weight, $strategy, $function]) {
	$servers = array_map(fn(Node $node, int $weight) => [$node->number ? $node->host : "unix://$node->host", $node->number, $weight],
		$nodes, array_slice($weight, 0, count($nodes)));
	$jobs[] = [$strategy, $function, $servers, keys_of($name)];
}
$file = tempnam(sys_get_temp_dir(), 'mcha-migration');
file_put_contents($file, json_encode($jobs));
is(run_php($write, [$file], [], Child::PECL_MEMCACHE), '', 'pecl memcache writes everything');
unlink($file);

$placed = 0;
foreach ($cases as $name => [$all, $nodes, $weight, $strategy, $function]) {
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_NUMBER_OF_REPLICAS => 0,
		McHA::OPT_DISTRIBUTION => $distributions[$strategy], McHA::OPT_HASH => $hashes[$function]]);
	foreach ($nodes as $i => $node) {
		$client->addServer($node->host, $node->number, $weight[$i]);
	}
	$asked = [];
	foreach (keys_of($name) as $key) {
		$server = $client->getServerByKey($key);
		$asked[$all->index($server['host'], $server['port'])][] = $key;
	}
	foreach ($asked as $i => $keys) {
		$answer = $all->raw($i, implode('', array_map(fn($key) => "mg $key k\r\n", $keys)));
		is(preg_match_all('/^HD k/m', $answer), count($keys), "$name: node $i has all of its keys");
		$placed += count($keys);
	}
	$expected = array_combine(keys_of($name), array_map(fn($key) => "of $key", keys_of($name)));
	is($client->getMulti(keys_of($name), McHA::GET_PRESERVE_ORDER), $expected, "$name: McHA reads all keys");
}
is($placed, 48 * 200, 'every key was looked up');

/* --- configured in php.ini -------------------------------------------------------------------- */

$look = '
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	echo count($client->getMulti(json_decode($argv[1]))), " ", $client->getOption(McHA::OPT_DISTRIBUTION), " ", $client->getOption(McHA::OPT_HASH), "\n";';
foreach (['crc32' => 'md5', 'fnv' => 'fnv1a_32'] as $function => $hash) {
	foreach ($distributions as $strategy => $distribution) {
		$name = "$strategy-$function-8-weighted-{$cluster->nodes[0]->number}";
		$servers = implode(',', array_map(fn(Node $node, int $weight) => "$node->name:$weight", $cluster->nodes, $weights['weighted']));
		is(run_php($look, [json_encode(keys_of($name))], ['mcha.servers' => $servers, 'mcha.number_of_replicas' => 0,
			'mcha.distribution' => "memcache_$strategy", 'mcha.hash' => $hash]), "200 $distribution $hashes[$function]\n",
			"$name: configured by mcha.distribution and a pool string");
	}
}

done();
?>
--EXPECT--
done
