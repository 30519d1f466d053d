--TEST--
Beside web servers that still use pecl memcached, McHA is safe with one copy and no failover, and unsafe with two copies
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'igbinary', 'session'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--EXTENSIONS--
igbinary
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const KEYS = 200;
const DEFAULTS = ['mcha.compat' => 'memcached', 'mcha.connect_timeout' => 10000, 'mcha.operation_timeout' => 40000, 'mcha.retry_interval' => 0];

/* The settings that docs/migrating.md recommends. */
$section = strstr(file_get_contents(dirname(__DIR__, 2) . '/docs/migrating.md'), '### While some web servers keep pecl memcached');
preg_match('/```ini\n(.*?)```/s', $section, $found);
define('SAFE', parse_ini_string($found[1]) + DEFAULTS);
is(array_keys(array_diff_key(SAFE, DEFAULTS)), ['mcha.number_of_replicas', 'mcha.sess_number_of_replicas', 'mcha.allow_failover'], 'the settings');

/* The application of one web server: counts the calls that succeeded, or that found what they look for. */
const APPLICATION = <<<'PHP'
	[, $servers, $do, $value] = $argv;
	$client = new Memcached();
	foreach (explode(',', $servers) as $server) {
		[$host, $port] = explode(':', $server);
		$client->addServer($host, (int) $port);
	}
	for ($done = $i = 0; $i < KEYS; $i++) {
		$done += match ($do) {
			'set' => $client->set("key$i", "$value$i", 1000), 'delete' => $client->delete("key$i"), 'read' => $client->get("key$i") === "$value$i",
			'count' => $client->set("count$i", 1, 1000) && true, 'increment' => $client->increment("count$i") !== false,
			'counted' => $client->get("count$i") === (int) $value, 'miss' => $client->get("key$i") === false && $client->getResultCode() === Memcached::RES_NOTFOUND,
		};
	}
	echo $done;
	PHP;

final class Host
{
	public function __construct(private Cluster $cluster, private ?array $ini)
	{
	}

	public function does(string $what, string $value = ''): int
	{
		return (int) $this->run('const KEYS = ' . KEYS . ';' . APPLICATION, [$this->cluster->servers(), $what, $value]);
	}

	/* A visitor's request, with pecl memcached's settings, which McHA accepts in compat mode. */
	public function session(string $id, string $code): string
	{
		return $this->run('session_id($argv[1]); session_start(); ' . $code, [$id], ['session.save_handler' => 'memcached',
			'session.save_path' => $this->cluster->servers(), 'session.use_cookies' => 0, 'session.cache_limiter' => '', 'output_buffering' => 1000,
			'memcached.sess_binary_protocol' => 0]);
	}

	private function run(string $code, array $arguments, array $ini = []): string
	{
		return $this->ini === null ? run_php($code, $arguments, $ini, Child::PECL_MEMCACHED) : run_php($code, $arguments, $ini + $this->ini);
	}
}

/* Two copies are unsafe: McHA brings back, from the second copy, every key that pecl memcached has deleted. */
$cluster = new Cluster(3);
[$old, $new] = [new Host($cluster, null), new Host($cluster, DEFAULTS)];
is($new->does('set', 'value'), KEYS, 'two copies: McHA writes');
is($old->does('delete'), KEYS, 'two copies: pecl memcached deletes');
is($new->does('read', 'value'), KEYS, 'two copies: McHA still finds the second copies');
is($old->does('read', 'value'), KEYS, 'two copies: McHA\'s read repair has restored the first copies for pecl memcached');

/* One copy and no failover: each extension sees the other's changes, in either order. */
$cluster = new Cluster(3);
[$old, $new] = [new Host($cluster, null), new Host($cluster, SAFE)];
foreach (['McHA, then pecl memcached' => [$new, $old], 'pecl memcached, then McHA' => [$old, $new]] as $order => [$first, $second]) {
	is($first->does('set', 'one'), KEYS, "$order: the first writes");
	is($second->does('read', 'one'), KEYS, "$order: the second reads");
	is($second->does('set', 'two'), KEYS, "$order: the second overwrites");
	is([$first->does('read', 'two'), $second->does('read', 'two')], [KEYS, KEYS], "$order: both read the new value");
	is($second->does('delete'), KEYS, "$order: the second deletes");
	is([$first->does('miss'), $second->does('miss')], [KEYS, KEYS], "$order: both find nothing");
	is([$first->does('count'), $second->does('increment'), $first->does('increment')], [KEYS, KEYS, KEYS], "$order: both count");
	is([$first->does('counted', '3'), $second->does('counted', '3')], [KEYS, KEYS], "$order: both read the sum");
	$id = new_id();
	is($first->session($id, '$_SESSION["user"] = "ada";'), '', "$order: the first starts a session");
	is($second->session($id, 'echo $_SESSION["user"]; $_SESSION["user"] = "eve";'), 'ada', "$order: the second reads and changes the session");
	is($first->session($id, 'echo $_SESSION["user"];'), 'eve', "$order: the first reads the change");
	is($second->session($id, 'session_destroy();'), '', "$order: the second destroys the session");
	is($first->session($id, 'echo $_SESSION["user"] ?? "none";'), 'none', "$order: the session is gone for the first, too");
}

/* A node was down for a moment: writes of its keys failed meanwhile, and no other node has a copy that could come back. */
is($new->does('set', 'before'), KEYS, 'a node: written before');
$cluster->kill(1);
$written = $new->does('set', 'meanwhile');
between($written, 1, KEYS - 1, 'a node is down: its keys cannot be written');
$cluster->restart(1);
is($old->does('set', 'after'), KEYS, 'the node is back: pecl memcached writes');
is($new->does('read', 'after'), KEYS, 'McHA reads those values');
is($old->does('delete'), KEYS, 'pecl memcached deletes');
is($new->does('miss'), KEYS, 'McHA finds nothing on any node');
for ($i = 0; $i < KEYS; $i += 10) {
	is($cluster->copies("key$i"), [], "key$i: no node has it");
}

done();
?>
--EXPECT--
done
