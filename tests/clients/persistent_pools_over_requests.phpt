--TEST--
A persistent id keeps a pool for each configuration from request to request, and no half-made pool
--SKIPIF--
<?php $needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$script = <<<'SCRIPT'
	<?php
	/* Each style is one way in which applications set up their pool. */
	$servers = json_decode($_GET['servers'] ?? '[]');
	$styles = [
		'naive' => function () use ($servers) { $m = new McHA($_GET['id']); $m->addServers($servers); return $m; },
		'one by one' => function () use ($servers) { $m = new McHA($_GET['id']); foreach ($servers as $s) { $m->addServer(...$s); } return $m; },
		'list' => function () use ($servers) { $m = new McHA($_GET['id']); if (!$m->getServerList()) { $m->addServers($servers); } return $m; },
		'pristine' => function () use ($servers) { $m = new McHA($_GET['id']); if ($m->isPristine()) { $m->addServers($servers); } return $m; },
		'reset' => function () use ($servers) { $m = new McHA($_GET['id']); $m->resetServerList(); $m->addServers($servers); return $m; },
		'callback' => fn() => new McHA($_GET['id'], fn($m) => $m->addServers($servers)),
		'string' => fn() => new McHA($_GET['id'], null, implode(',', array_map(fn($s) => implode(':', $s), $servers))),
		'difference' => function () use ($servers) {
			$m = new McHA($_GET['id']);
			$there = array_map(fn($s) => [$s['host'], $s['port']], $m->getServerList());
			$m->addServers(array_values(array_filter($servers, fn($s) => !in_array($s, $there))));
			return $m;
		},
		'none' => fn() => new McHA($_GET['id']),
		/* These styles end the request before it is finished. */
		'fatal' => function () use ($servers) { $m = new McHA($_GET['id']); $m->addServer(...$servers[0]); eval('function strlen() {}'); /* redeclaring strlen() is a fatal error, not an exception */ },
		'uncaught' => function () use ($servers) { $m = new McHA($_GET['id']); $m->addServer(...$servers[0]); undefined_function(); },
		'fatal later' => function () use ($servers) {
			$m = new McHA($_GET['id']);
			$m->setOption(McHA::OPT_PREFIX_KEY, 'half way:');
			$m->get('key');
			eval('function strlen() {}'); /* redeclaring strlen() is a fatal error, not an exception */
		},
	];
	ini_set('display_errors', 0);
	ini_set('log_errors', 0);
	if (isset($_GET['replicas'])) {
		ini_set('mcha.number_of_replicas', $_GET['replicas']);
	}
	$m = $styles[$_GET['style']]();
	if (isset($_GET['prefix'])) {
		$m->setOption(McHA::OPT_PREFIX_KEY, $_GET['prefix']);
	}
	$good = $m->set('key', $_GET['style']) && $m->get('key') === $_GET['style'];
	echo json_encode([array_column($m->getServerList(), 'port'), $good, $m->getOption(McHA::OPT_PREFIX_KEY), $m->getOption(McHA::OPT_NUMBER_OF_REPLICAS)]);
	SCRIPT;

$cluster = new Cluster(3);
$ports = array_map(fn(Node $node) => $node->number, $cluster->nodes);
$fpm = new Fpm($script, 1, ['mcha.connect_timeout' => 10000, 'mcha.operation_timeout' => 40000]);
$ask = function (string $id, string $style, array $nodes, array $more = []) use ($fpm, $cluster): ?array {
	$servers = array_map(fn(int $i) => [$cluster->nodes[$i]->host, $cluster->nodes[$i]->number], $nodes);
	return json_decode($fpm->get('/?' . http_build_query(['id' => $id, 'style' => $style, 'servers' => json_encode($servers)] + $more)), true);
};
$count = function (string $name) use ($cluster): int {
	$count = 0;
	foreach ([0, 1, 2] as $i) {
		$count += preg_match("/STAT $name (\\d+)/", $cluster->raw($i, "stats\r\n"), $found) ? $found[1] : 0;
	}
	return $count;
};
/* Connections ever made, without those of this question. (Servers notice a moment later that a client has gone.) */
$questions = 0;
$connections = function () use ($count, &$questions): int {
	return $count('total_connections') - 3 * $questions++;
};

foreach (['naive', 'one by one', 'list', 'pristine', 'reset', 'callback', 'string', 'difference'] as $style) {
	is($ask($style, $style, [0, 1]), [[$ports[0], $ports[1]], true, '', 1], "$style: the first request");
	$before = $connections();
	for ($i = 0; $i < 4; $i++) {
		is($ask($style, $style, [0, 1]), [[$ports[0], $ports[1]], true, '', 1], "$style: the next requests have the same pool");
	}
	is($connections(), $before, "$style: the next requests use the same connections");
}

/* Another list of servers under the same id. */
foreach (['naive', 'one by one', 'reset', 'string'] as $style) {
	is($ask($style, $style, [2])[0], [$ports[2]], "$style: another list is another pool");
	$before = $connections();
	for ($i = 0; $i < 3; $i++) {
		is($ask($style, $style, [0, 1])[0], [$ports[0], $ports[1]], "$style: a request with the first list has the first pool");
		is($ask($style, $style, [2])[0], [$ports[2]], "$style: a request with the second list has the second pool");
	}
	is($connections(), $before, "$style: both pools keep their connections");
}
is($ask('naive', 'naive', [0, 1, 2])[0], $ports, 'a longer list makes another pool');
is($ask('naive', 'naive', [1])[0], [$ports[1]], 'a shorter list makes another pool');
is($ask('naive', 'none', [])[0], [$ports[1]], 'a request that adds no server has the pool that was used last');
is($ask('difference', 'difference', [0, 1, 2])[0], $ports, 'a request that reads the list and adds the missing servers has all of them');
is($ask('difference', 'none', [])[0], $ports, 'the next request has the added servers');
$before = $count('curr_connections');
for ($weight = 1; $weight <= 30; $weight++) {
	$servers = json_encode([[$cluster->nodes[0]->host, $ports[0], $weight]]);
	ok(json_decode($fpm->get('/?' . http_build_query(['id' => 'many', 'style' => 'naive', 'servers' => $servers])), true)[1], 'a request with yet another configuration works');
}
wait_until(function () use ($count, $before, &$now) {
	return ($now = $count('curr_connections')) <= $before + 8;
}, what: 'all but a few pools to be closed');
ok($now >= $before + 2, "a few pools are kept: $now connections, before: $before");

/* Options stay with the pool, also when its list of servers changes. */
is($ask('options', 'naive', [0, 1], ['prefix' => 'p:'])[2], 'p:', 'a request sets an option');
is($ask('options', 'naive', [0, 1])[2], 'p:', 'the next request has the option');
is($ask('options', 'naive', [2])[2], 'p:', 'a request with another list has the option');

/* Directives are part of the configuration that identifies a pool. */
is($ask('ini', 'list', [0, 1], ['replicas' => 0])[3], 0, 'a request makes a pool with one copy');
is($ask('ini', 'list', [0, 1, 2]), [$ports, true, '', 1], 'a request for two copies does not get the pool with one copy');
is($ask('ini', 'list', [2], ['replicas' => 0]), [[$ports[0], $ports[1]], true, '', 0], 'a request for one copy gets the pool with one copy');

/* A pool whose configuration was not finished is dropped. */
foreach (['fatal', 'uncaught'] as $error) {
	is($ask($error, $error, [0, 1]), null, "$error: a request ends during its configuration");
	is($ask($error, 'list', [0, 1])[0], [$ports[0], $ports[1]], "$error: the next request makes a new pool");
	is($ask($error, 'pristine', [2])[0], [$ports[0], $ports[1]], "$error: the new pool is kept");
}
is($ask('later', 'list', [0, 1])[2], '', 'a request makes a pool');
is($ask('later', 'fatal later', []), null, 'a failing request changes an option of the pool');
is($ask('later', 'list', [2]), [[$ports[2]], true, '', 1], 'the next request makes a new pool, without that option');
$fpm->end();

done();
?>
--EXPECT--
done
