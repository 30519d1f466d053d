--TEST--
mcha agent heals while another node hangs or is gone, gives what only that node has to the others when it is back, and begins while all nodes are down
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/agent.inc';

$cluster = new Cluster(4);
$state = new Folder();
$mcha = new CommandLine($cluster->servers(), ['mcha.connect_timeout' => 1000, 'mcha.operation_timeout' => 2000]);
$client = $cluster->client();
$keys = array_map(fn(int $i) => "key$i", range(1, 600));
$homes = array_map(fn(string $key) => array_slice($cluster->preference($client, $key), 0, 2), array_combine($keys, $keys));
/* keys of which these two nodes are the homes */
$of = fn(int $a, int $b): array => array_keys(array_filter($homes, fn(array $nodes) => !array_diff([$a, $b], $nodes)));
$held = fn(int $node, array $some): int => count(array_filter($some, fn(string $key) => $cluster->holds($node, $key) !== null));

/* All nodes are down when the agent begins. */
array_map([$cluster, 'kill'], [0, 1, 2, 3]);
$agent = new Agent($mcha, $state, '--takeover=5');
foreach ([0, 1, 2, 3] as $node) {
	$agent->await('down', $cluster->name($node));
}
is($agent->events('resync'), [], 'there is nothing to heal while all nodes are down');
array_map([$cluster, 'restart'], [0, 1, 2, 3]);
$agent->awaitWhole($cluster, 0, 1, 2, 3);
$client = $cluster->client();
$client->setMulti(array_fill_keys($keys, 'value'), 5000);

/* Node 3 is gone, and node 2 hangs: node 0 gets from node 1 what node 1 has. */
$cluster->kill(3);
$agent->await('down', $cluster->name(3), 2);
$cluster->stop(2);
$agent->await('down', $cluster->name(2), 2);
$before = count($agent->events('whole', $cluster->name(0)));
$cluster->restart(0);
$whole = $agent->await('whole', $cluster->name(0), $before + 1);
is($whole['absent'], [$cluster->name(2), $cluster->name(3)], 'the agent names the nodes that did not answer');
is($held(0, $of(0, 1)), count($of(0, 1)), 'what node 1 has is back on node 0');
is($held(0, $of(0, 2)), 0, 'what only node 2 has is not');

/* Node 2 goes on: what only it has is copied. */
$cluster->cont(2);
$agent->await('whole', $cluster->name(0), $before + 2);
is($held(0, $of(0, 2)), count($of(0, 2)), 'what only node 2 had is back on node 0');

/* Node 3 comes back empty. */
$cluster->restart(3);
$agent->await('restarted', $cluster->name(3));
foreach ([0, 1, 2] as $other) {
	wait_until(fn() => $held(3, $of(3, $other)) === ($other === 0 ? 0 : count($of(3, $other))), what: "node 3 to have what node $other has");
}
is(count($cluster->copies($of(1, 2)[0])), 2, 'other keys have their copies');

/* The node dies during its resync, and does not come back: others are healed. */
$agent->terminate();
$slow = new Agent($mcha, $state, '--takeover=5', '--rate=100');
$slow->await('heals');
$cluster->restart(0);
$slow->await('resync', $cluster->name(0));
await_first_copy($cluster, 0, $keys);
$cluster->kill(0);
$slow->await('unhealed', $cluster->name(0));
$cluster->restart(1);
is($slow->await('whole', $cluster->name(1), 2)['absent'], [$cluster->name(0)], 'node 1 is healed while node 0 is down');
is($held(1, $of(1, 2)), count($of(1, 2)), 'with what node 2 has');

done();
?>
--EXPECT--
done
