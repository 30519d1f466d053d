--TEST--
Nodes of the former pool are named as such, one that is in both is one, and what makes no sense is refused
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

$cluster = new Cluster(5);
$former = pool_string($cluster, [0, 1, 2, 3]);
$client = client_of($cluster, [0, 1, 2, 4], [0, 1, 2, 3]);

$roles = fn(McHA $client) => array_combine(array_map(fn(array $node) => $cluster->index($node['host'], $node['port']),
	$client->getNodes()), array_column($client->getNodes(), 'role'));
is($roles($client), [0 => 'primary', 1 => 'primary', 2 => 'primary', 4 => 'primary', 3 => 'previous'], 'the pool first');
is(count($client->getServerList()), 4, 'the list of servers is the pool');
is(count($client->getStats()), 4, 'and so are statistics');
is(count($client->getVersion()), 4, 'and versions');

for ($i = $previous = 0; $i < 200; $i++) {
	$homes = nodes_as($cluster, $client, "key$i", 'home');
	$is = nodes_as($cluster, $client, "key$i", 'previous');
	$was = array_slice($cluster->preference(client_of($cluster, [0, 1, 2, 3]), "key$i"), 0, 2);
	is($is, array_values(array_diff($was, $homes)), 'previous homes, in their order');
	is(array_column($client->getReplicas("key$i"), 'role'), [...array_fill(0, 2, 'home'),
		...array_fill(0, count($is), 'previous'), ...array_fill(0, 2 - count(array_diff($is, [3])), 'handoff')], 'between homes and stand-ins');
	$previous += count($is);
}
ok($previous > 50 && $previous < 300, "some have moved: $previous places");
$key = moved_key($cluster, $client, 1);
client_of($cluster, [0, 1, 2, 3])->set($key, 'old');
$found = array_filter($client->inspect($key), fn(array $node) => $node['role'] === 'previous' && $node['found']);
is(count($found), 1, 'inspect() looks there, too');
is($client->get($key), 'old', 'so does a read');

/* One connection for one node. */
for ($i = 0; $i < 200; $i++) {
	$client->get("key$i");
}
foreach ([0, 1, 2, 3, 4] as $i) {
	preg_match('/STAT total_connections (\d+)/', $before = $cluster->raw($i, "stats\r\n"), $first);
	for ($n = 0; $n < 50; $n++) {
		$client->get("key$n");
	}
	preg_match('/STAT total_connections (\d+)/', $cluster->raw($i, "stats\r\n"), $then);
	is((int) $then[1] - (int) $first[1], 1, 'nobody connects anew but this test');
}

/* The option, and the directive. */
is($client->getOption(McHA::OPT_PREVIOUS_SERVERS), $former, 'told as it was given');
is($client->setOption(McHA::OPT_PREVIOUS_SERVERS, ''), true, 'taken back');
is(count($roles($client)), 4, 'and gone');
is((new McHA())->getOption(McHA::OPT_PREVIOUS_SERVERS), '', 'none by default');
ini_set('mcha.previous_servers', $former);
$client = new McHA(null, null, pool_string($cluster, [0, 1, 2, 4]));
is($roles($client)[3], 'previous', 'by the directive');
$client->addServer($cluster->nodes[3]->host, $cluster->nodes[3]->number);
is($roles($client), array_fill_keys([0, 1, 2, 4, 3], 'primary'), 'it is added to the pool again');
$client->resetServerList();
is($client->get('key'), false, 'no pool');
is(result($client), 'RES_NO_SERVERS', 'the former one is none');
$client->addServers([[$cluster->nodes[4]->host, $cluster->nodes[4]->number]]);
is($roles($client)[0], 'previous', 'a pool again');
$client->setOption(McHA::OPT_DISTRIBUTION, McHA::DISTRIBUTION_MODULA);
$former_client = client_of($cluster, [0, 1, 2, 3], [], [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MODULA]);
for ($i = 0; $i < 50; $i++) {
	is(nodes_as($cluster, $client, "key$i", 'previous'), array_slice($cluster->preference($former_client, "key$i"), 0, 2),
		'placed as the pool is');
}

/* Persistent clients: the directive is part of what identifies them. */
$one = new McHA('id', null, pool_string($cluster, [4]));
is(count($roles($one)), 5, 'with the former pool');
ini_set('mcha.previous_servers', '');
$other = new McHA('id', null, pool_string($cluster, [4]));
is(count($roles($other)), 1, 'another client without it');
ini_set('mcha.previous_servers', $former);
is(count($roles(new McHA('id', null, pool_string($cluster, [4])))), 5, 'and the first one again');

/* What makes no sense is told in the words that tell it of mcha.servers. */
foreach (['a:b', '10.0.0.1:11211:x', 'a?weight=heavy', implode(',', array_map(fn(int $i) => "h$i", range(0, 100)))] as $bad) {
	$messages = [];
	foreach (['mcha.servers' => [$bad, ''], 'mcha.previous_servers' => [$cluster->name(0), $bad]] as $directive => [$servers, $was]) {
		$said = run_php('try { (new McHA())->get("key"); } catch (McHAException $thrown) { echo $thrown->getMessage(), "\n"; }', [],
			['mcha.servers' => $servers, 'mcha.previous_servers' => $was, 'display_startup_errors' => 0]);
		if (str_starts_with($said, "$directive: ")) {
			$messages[] = substr(strstr($said, "\n", true), strlen("$directive: ")); /* the rest is PHP's log */
		}
	}
	is(count($messages), 2, "$bad: refused");
	is($messages[0] ?? null, $messages[1] ?? null, "$bad: in the same words");
}
ini_set('mcha.previous_servers', '');
$told = null;
set_error_handler(function (int $level, string $text) use (&$told) { $told = $text; return true; });
is($client->setOption(McHA::OPT_PREVIOUS_SERVERS, 'a:b'), false, 'the option refuses it, too');
ok(str_contains((string) $told, '"b"') || str_contains((string) $told, 'a:b'), 'and says why: ' . show($told));
is($client->getOption(McHA::OPT_PREVIOUS_SERVERS), $former, 'it is what it was');

done();
?>
--EXPECT--
done
