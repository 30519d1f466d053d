--TEST--
getNodes() shows the nodes of the previous pool, lists a node of both pools once, and invalid pool strings are refused
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

$cluster = new Cluster(5);
$previous_pool = pool_string($cluster, [0, 1, 2, 3]);
$client = client_of($cluster, [0, 1, 2, 4], [0, 1, 2, 3]);

$roles = fn(McHA $client) => array_combine(array_map(fn(array $node) => $cluster->index($node['host'], $node['port']),
	$client->getNodes()), array_column($client->getNodes(), 'role'));
is($roles($client), [0 => 'primary', 1 => 'primary', 2 => 'primary', 4 => 'primary', 3 => 'previous'], 'getNodes() lists the present pool first');
is(count($client->getServerList()), 4, 'getServerList() lists the present pool only');
is(count($client->getStats()), 4, 'getStats() asks the present pool only');
is(count($client->getVersion()), 4, 'getVersion() asks the present pool only');

for ($i = $previous = 0; $i < 200; $i++) {
	$homes = nodes_as($cluster, $client, "key$i", 'home');
	$is = nodes_as($cluster, $client, "key$i", 'previous');
	$was = array_slice($cluster->preference(client_of($cluster, [0, 1, 2, 3]), "key$i"), 0, 2);
	is($is, array_values(array_diff($was, $homes)), 'getReplicas() lists the previous homes in their order');
	is(array_column($client->getReplicas("key$i"), 'role'), [...array_fill(0, 2, 'home'),
		...array_fill(0, count($is), 'previous'), ...array_fill(0, 2 - count(array_diff($is, [3])), 'handoff')], 'getReplicas() lists previous nodes between homes and handoff nodes');
	$previous += count($is);
}
ok($previous > 50 && $previous < 300, "some keys have changed their homes: $previous places");
$key = moved_key($cluster, $client, 1);
client_of($cluster, [0, 1, 2, 3])->set($key, 'old');
$found = array_filter($client->inspect($key), fn(array $node) => $node['role'] === 'previous' && $node['found']);
is(count($found), 1, 'inspect() asks the previous node, too');
is($client->get($key), 'old', 'get() asks the previous node, too');

/* The client keeps one connection to each node. */
for ($i = 0; $i < 200; $i++) {
	$client->get("key$i");
}
foreach ([0, 1, 2, 3, 4] as $i) {
	preg_match('/STAT total_connections (\d+)/', $before = $cluster->raw($i, "stats\r\n"), $first);
	for ($n = 0; $n < 50; $n++) {
		$client->get("key$n");
	}
	preg_match('/STAT total_connections (\d+)/', $cluster->raw($i, "stats\r\n"), $then);
	is((int) $then[1] - (int) $first[1], 1, "node $i: the only new connection is the one of this question");
}

/* The option and the ini directive. */
is($client->getOption(McHA::OPT_PREVIOUS_SERVERS), $previous_pool, 'getOption() returns the string as it was given');
is($client->setOption(McHA::OPT_PREVIOUS_SERVERS, ''), true, 'setOption() with an empty string is accepted');
is(count($roles($client)), 4, 'the previous node is gone');
is((new McHA())->getOption(McHA::OPT_PREVIOUS_SERVERS), '', 'there is no previous pool by default');
ini_set('mcha.previous_servers', $previous_pool);
$client = new McHA(null, null, pool_string($cluster, [0, 1, 2, 4]));
is($roles($client)[3], 'previous', 'the ini directive sets the previous pool');
$client->addServer($cluster->nodes[3]->host, $cluster->nodes[3]->number);
is($roles($client), array_fill_keys([0, 1, 2, 4, 3], 'primary'), 'addServer() makes the previous node a node of the pool');
$client->resetServerList();
is($client->get('key'), false, 'a get with an empty pool fails');
is(result($client), 'RES_NO_SERVERS', 'the previous pool does not replace an empty pool');
$client->addServers([[$cluster->nodes[4]->host, $cluster->nodes[4]->number]]);
is($roles($client)[0], 'previous', 'after addServers() the previous nodes are there again');
$client->setOption(McHA::OPT_DISTRIBUTION, McHA::DISTRIBUTION_MODULA);
$previous_client = client_of($cluster, [0, 1, 2, 3], [], [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MODULA]);
for ($i = 0; $i < 50; $i++) {
	is(nodes_as($cluster, $client, "key$i", 'previous'), array_slice($cluster->preference($previous_client, "key$i"), 0, 2),
		'the distribution of the pool places keys in the previous pool, too');
}

/* Persistent pools: the directive is part of what identifies a pool. */
$one = new McHA('id', null, pool_string($cluster, [4]));
is(count($roles($one)), 5, 'a persistent client with a previous pool');
ini_set('mcha.previous_servers', '');
$other = new McHA('id', null, pool_string($cluster, [4]));
is(count($roles($other)), 1, 'the same id without a previous pool is another pool');
ini_set('mcha.previous_servers', $previous_pool);
is(count($roles(new McHA('id', null, pool_string($cluster, [4])))), 5, 'the same id with the previous pool is the first pool again');

/* An invalid previous pool is refused with the same message as an invalid mcha.servers. */
foreach (['a:b', '10.0.0.1:11211:x', 'a?weight=heavy', implode(',', array_map(fn(int $i) => "h$i", range(0, 100)))] as $bad) {
	$messages = [];
	foreach (['mcha.servers' => [$bad, ''], 'mcha.previous_servers' => [$cluster->name(0), $bad]] as $directive => [$servers, $was]) {
		$said = run_php('try { (new McHA())->get("key"); } catch (McHAException $thrown) { echo $thrown->getMessage(), "\n"; }', [],
			['mcha.servers' => $servers, 'mcha.previous_servers' => $was, 'display_startup_errors' => 0]);
		if (str_starts_with($said, "$directive: ")) {
			$messages[] = substr(strstr($said, "\n", true), strlen("$directive: ")); /* the rest is PHP's log */
		}
	}
	is(count($messages), 2, "$bad: both directives are refused");
	is($messages[0] ?? null, $messages[1] ?? null, "$bad: both messages are the same");
}
ini_set('mcha.previous_servers', '');
$told = null;
set_error_handler(function (int $level, string $text) use (&$told) { $told = $text; return true; });
is($client->setOption(McHA::OPT_PREVIOUS_SERVERS, 'a:b'), false, 'setOption() refuses an invalid previous pool');
ok(str_contains((string) $told, '"b"') || str_contains((string) $told, 'a:b'), 'the warning names the invalid part: ' . show($told));
is($client->getOption(McHA::OPT_PREVIOUS_SERVERS), $previous_pool, 'the option keeps its value');

done();
?>
--EXPECT--
done
