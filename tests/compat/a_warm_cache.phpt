--TEST--
With mcha.compat=memcached McHA finds the values and sessions that pecl memcached wrote, and the other way round
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'igbinary'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--EXTENSIONS--
igbinary
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.compat=memcached
mcha.miss_failover=never
mcha.sess_number_of_replicas=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Both processes run this with their defaults, and the same options and servers. */
const APPLICATION = <<<'PHP'
	$application = function (string $do, array $servers, array $options): string {
		$client = new Memcached();
		$client->setOptions($options);
		foreach ($servers as [$host, $port, $weight]) {
			$client->addServer($host, $port, $weight);
		}
		$found = 0;
		for ($i = 0; $i < 300; $i++) {
			$value = [str_repeat("text $i ", 1 + $i * 10), $i, $i / 3, $i % 2 === 0, ['list' => range(0, $i)], (object) ['number' => $i]][$i % 6];
			$found += $do === 'write' ? $client->set("key$i", $value, 1000) : $client->get("key$i") == $value;
		}
		return "$found of 300";
	};
	PHP;
eval(APPLICATION);

$sets = [
	'defaults' => [],
	'ketama' => [Memcached::OPT_LIBKETAMA_COMPATIBLE => true],
	'consistent' => [Memcached::OPT_DISTRIBUTION => Memcached::DISTRIBUTION_CONSISTENT],
	'binary' => [Memcached::OPT_BINARY_PROTOCOL => true],
	'prefix' => [Memcached::OPT_PREFIX_KEY => 'site:'],
	'fnv' => [Memcached::OPT_HASH => Memcached::HASH_FNV1A_32],
];
foreach ($sets as $name => $options) {
	foreach ([[0, 0, 0], [1, 2, 3]] as $weights) {
		$cluster = new Cluster(3);
		$servers = array_map(fn(Node $node, int $weight) => [$node->host, $node->number, $weight], $cluster->nodes, $weights);
		$pecl = fn(string $do): string => run_php(APPLICATION
			. ' echo $application($argv[1], unserialize($argv[2]), unserialize($argv[3]));',
			[$do, serialize($servers), serialize($options)], [], Child::PECL_MEMCACHED);
		$what = "$name, weights " . implode(' ', $weights);
		is($pecl('write'), '300 of 300', "$what: pecl memcached writes the values");
		is($application('read', $servers, $options), '300 of 300', "$what: McHA finds the values on their first nodes");
		$cluster->empty(...array_keys($cluster->nodes));
		is($application('write', $servers, $options), '300 of 300', "$what: McHA writes the values");
		is($pecl('read'), '300 of 300', "$what: pecl memcached finds the values");
	}
}

/* Sessions. */
const SITE = <<<'PHP'
	$site = function (string $do, string $path): string {
		ini_set('session.use_cookies', '0');
		ini_set('session.cache_limiter', '');
		ini_set('session.save_handler', 'memcached');
		ini_set('session.save_path', $path);
		for ($user = $found = 0; $user < 50; $user++) {
			session_id("abcdefghijklmnopqrst$user");
			session_start();
			$found += ($_SESSION['user'] ?? null) === ($do === 'read' ? $user : null);
			$_SESSION['user'] = $user;
			session_write_close();
		}
		return "$found of 50";
	};
	PHP;
$cluster = new Cluster(3);
$own = fn(string $do): string => run_php(SITE . ' echo $site($argv[1], $argv[2]);', [$do, $cluster->servers()],
	['mcha.compat' => 'memcached', 'mcha.miss_failover' => 'never', 'mcha.sess_number_of_replicas' => 0]);
$pecl = fn(string $do): string => run_php(SITE . ' echo $site($argv[1], $argv[2]);', [$do, $cluster->servers()], [], Child::PECL_MEMCACHED);
is($pecl('write'), '50 of 50', 'pecl memcached begins sessions');
is($own('read'), '50 of 50', 'McHA finds the sessions');
is($pecl('read'), '50 of 50', 'pecl memcached finds the sessions after McHA wrote them');

done();
?>
--EXPECT--
done
