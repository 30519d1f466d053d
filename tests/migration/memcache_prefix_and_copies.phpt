--TEST--
McHA finds keys that pecl memcache wrote with a prefix, or with redundant copies
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcache']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$write = '
	error_reporting(E_ALL & ~E_DEPRECATED);
	$pool = new MemcachePool();
	foreach (explode(",", $argv[1]) as $server) {
		[$host, $port] = explode(":", $server);
		$pool->addServer($host, (int) $port);
	}
	for ($i = 0; $i < 200; $i++) {
		$pool->set("$argv[2]$i", "of $argv[2]$i") || print("not written\n");
	}';
$keys = fn(string $name) => array_map(fn($i) => "$name$i", range(0, 199));

$cluster = new Cluster(5);
$settings = ['prefix' => ['memcache.prefix_static_key' => 'shop:'], 'copies' => ['memcache.redundancy' => 3]];
$distributions = ['standard' => McHA::DISTRIBUTION_MEMCACHE_STANDARD, 'consistent' => McHA::DISTRIBUTION_MEMCACHE_CONSISTENT];
foreach ($distributions as $strategy => $distribution) {
	foreach ($settings as $setting => $ini) {
		$name = "$strategy-$setting-";
		is(run_php($write, [$cluster->servers(), $name], $ini + ['memcache.hash_strategy' => $strategy], Child::PECL_MEMCACHE), '', "$name: written");
		$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_DISTRIBUTION => $distribution]);
		if ($setting === 'prefix') {
			is(count($client->getMulti($keys($name))), 0, "$name: McHA finds no key without the prefix");
			$client->setOption(McHA::OPT_PREFIX_KEY, 'shop:');
			is($client->getOption(McHA::OPT_PREFIX_KEY), 'shop:', 'the prefix is set');
		}
		is(count($client->getMulti($keys($name))), 200, "$name: McHA finds every key on its first node");
	}
}

/* McHA finds a key that pecl memcache changed under its changed name. */
$odd = '
	error_reporting(E_ALL & ~E_DEPRECATED);
	$pool = new MemcachePool();
	foreach (explode(",", $argv[1]) as $server) {
		[$host, $port] = explode(":", $server);
		$pool->addServer($host, (int) $port);
	}
	foreach (json_decode($argv[2]) as $key) {
		$pool->set($key, $key);
	}';
$names = ['with space', "with\ttab", "line\r\nend", "nul\0byte", str_repeat('long', 70)];
is(run_php($odd, [$cluster->servers(), json_encode($names)], [], Child::PECL_MEMCACHE), '', 'pecl memcache writes odd keys');
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MEMCACHE_CONSISTENT]);
foreach ($names as $name) {
	ok(!$client->checkKey($name), 'McHA refuses the original key: ' . show($name));
	is($client->get(substr(preg_replace('/[\x00-\x20]/', '_', $name), 0, 250)), $name, 'McHA finds the value under the name that docs/migrating-memcache.md describes');
}

done();
?>
--EXPECT--
done
