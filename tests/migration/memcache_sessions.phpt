--TEST--
McHA's save handler continues sessions that pecl memcache's save handler wrote
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcache']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(5);
$write = '
	foreach (json_decode($argv[1]) as $i => $id) {
		session_id($id);
		session_start();
		$_SESSION = ["number" => $i, "list" => [1, 2.5, null], "text" => $i % 10 ? "short" : str_repeat("a long text ", 3000)];
		session_write_close();
	}';
$read = '
	foreach (json_decode($argv[1]) as $i => $id) {
		session_id($id);
		session_start() || print("not started\n");
		if (($_SESSION["number"] ?? null) !== $i || $_SESSION["text"] !== ($i % 10 ? "short" : str_repeat("a long text ", 3000))) {
			echo "$id: ", substr(json_encode($_SESSION), 0, 100), "\n";
		}
		$_SESSION["seen"] = ($_SESSION["seen"] ?? 0) + 1;
		session_write_close();
	}
	session_id(json_decode($argv[1])[0]);
	session_start();
	echo $_SESSION["seen"], "\n";
	session_abort();';
$theirs = fn(array $ini) => $ini + ['session.save_handler' => 'memcache', 'session.use_cookies' => 0, 'session.cache_limiter' => '',
	'error_reporting' => E_ALL & ~E_DEPRECATED, 'session.save_path' => implode(', ', array_map(fn(Node $node) => "tcp://$node->name", $cluster->nodes))];
$cases = [
	[['memcache.hash_strategy' => 'consistent'], ['mcha.sess_consistent_hash_type' => 'memcache_consistent']],
	[['memcache.hash_strategy' => 'standard'], ['mcha.sess_consistent_hash_type' => 'memcache_standard']],
	[['memcache.hash_strategy' => 'consistent', 'memcache.hash_function' => 'fnv'], ['mcha.sess_consistent_hash_type' => 'memcache_consistent', 'mcha.hash' => 'fnv1a_32']],
	[['memcache.session_prefix_static_key' => 'site:'], ['mcha.sess_consistent_hash_type' => 'memcache_consistent', 'mcha.sess_prefix' => 'site:']],
	[['memcache.session_redundancy' => 1], ['mcha.sess_consistent_hash_type' => 'memcache_consistent', 'mcha.sess_persistent' => 1]],
];
foreach ($cases as $n => [$before, $after]) {
	$after += ['mcha.sess_prefix' => ''];
	$ids = array_map(fn($i) => new_id("case$n-"), range(0, 39));
	is(run_php($write, [json_encode($ids)], $theirs($before), Child::PECL_MEMCACHE), '', "case $n: pecl memcache writes the sessions");
	/* one copy each, so that McHA finds a session only on the node where pecl memcache put it */
	is(run_php($read, [json_encode($ids)], $after + ['mcha.sess_number_of_replicas' => 0, 'mcha.miss_failover' => 'never'] + session_settings($cluster)), "1\n",
		"case $n: each session is on its first node");
	is(run_php($read, [json_encode($ids)], $after + session_settings($cluster)), "2\n", "case $n: McHA continues the sessions and stores them on two nodes");
	foreach ($ids as $id) {
		ok(count($cluster->copies("{$after['mcha.sess_prefix']}$id")) >= 2, "case $n: the session has two copies");
		is($cluster->copies("{$after['mcha.sess_prefix']}lock.$id"), [], "case $n: no lock is left");
	}
	/* The node where pecl memcache had put the first session is killed. */
	$client = $cluster->client([McHA::OPT_DISTRIBUTION => str_ends_with($after['mcha.sess_consistent_hash_type'], 'standard')
		? McHA::DISTRIBUTION_MEMCACHE_STANDARD : McHA::DISTRIBUTION_MEMCACHE_CONSISTENT, McHA::OPT_HASH => isset($after['mcha.hash']) ? McHA::HASH_FNV1A_32 : McHA::HASH_CRC,
		McHA::OPT_PREFIX_KEY => $after['mcha.sess_prefix']]);
	$first = $client->getServerByKey("$ids[0]-0");
	$node = $cluster->index($first['host'], $first['port']);
	ok($cluster->holds($node, "{$after['mcha.sess_prefix']}$ids[0]") !== null, "case $n: pecl memcache's first node still has the session");
	$cluster->kill($node);
	is(run_php($read, [json_encode($ids)], $after + session_settings($cluster)), "3\n", "case $n: McHA no longer needs that node");
	$cluster->restart($node);
}

/* A damaged session is refused and not replaced by an empty one. */
$settings = ['mcha.sess_consistent_hash_type' => 'memcache_consistent', 'mcha.sess_prefix' => ''];
$id = new_id();
foreach ($cluster->nodes as $node) {
	$node->converse("ms $id 6 F2\r\nx\x9c...." . "\r\n");
}
$output = visit($cluster, $id, 'var_dump(session_start()); session_write_close();', $settings)->finish();
ok(str_contains($output, 'could not read the session') && str_ends_with($output, "bool(false)\n"), "a damaged session: $output");
is(count(array_filter($cluster->copies($id), fn($bytes) => $bytes === "x\x9c....")), 5, 'the damaged session is left unchanged');

done();
?>
--EXPECT--
done
