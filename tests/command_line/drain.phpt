--TEST--
mcha drain stores on other nodes what only one node has, so that the node can be restarted without a loss
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(3);
$mcha = new CommandLine($cluster->servers());
$client = $cluster->client();
$keys = array_map(fn(int $i) => $i % 50 ? "key$i" : (string) $i, range(1, 300));
$client->setMulti(array_fill_keys($keys, 'value'), 1000);
$client->setOption(McHA::OPT_PREFIX_KEY, 'memc.sess.key.');
$client->setMulti(['ada' => 'data', 'bob' => 'data'], 1000);
$client->setOption(McHA::OPT_PREFIX_KEY, '');
$lost = fn(): array => array_column($mcha->json('drill')['losses'], 'lost', 'node');

/* Every other key lies on one node alone, and so do the sessions. */
$alone = array_values(array_filter($keys, fn(string $key) => crc32($key) % 2));
foreach (['memc.sess.key.ada', 'memc.sess.key.bob', ...$alone] as $key) {
	$cluster->delete(array_keys($cluster->copies($key))[crc32($key) >> 1 & 1], $key);
}
$before = $lost();
ok(min($before) > 0, 'each node has something that no other node has');
$result = $mcha->json('drain', $cluster->name(0), '--after=0.1');
is([$mcha->exitCode, $result['stored'], $result['left'], $result['unknown']], [0, $before[$cluster->name(0)], 0, 0], "what only node 0 had was stored elsewhere: $mcha->errors");
is($lost(), [$cluster->name(0) => 0] + $before, 'nothing would be lost with node 0 any more; nothing else has changed');
$cluster->restart(0);
is(array_filter($keys, fn(string $key) => !$cluster->copies($key)), [], 'nothing is lost with it');

/* What was drained is drained. */
ok(preg_match('/^\S+: \d+ keys, 0 copies stored on other nodes.\nEach key has a copy on another node.\n$/', $mcha->run('drain', $cluster->name(0), '--after=0.1')), "in words: $mcha->output");

/* One copy of each value: there is no other home node. */
$cluster->empty(0, 1, 2);
$cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0])->setMulti(array_fill_keys($keys, 'value'), 1000);
$mcha->run('drain', $cluster->name(1), '--set=number_of_replicas=0', '--set=sess_number_of_replicas=0', '--after=0.1');
ok($mcha->exitCode === 1 && preg_match('/[1-9]\d* keys lie on this node alone/', $mcha->output), "with one copy: $mcha->output$mcha->errors");

/* Another node is dead. */
$client->setMulti(array_fill_keys($keys, 'value'), 1000);
foreach ($keys as $key) {
	$cluster->delete(0, $key);
}
$cluster->kill(2);
$result = $mcha->json('drain', $cluster->name(1), '--after=0.1');
is([$mcha->exitCode, $result['unknown'] > 0, $result['left'] > 0], [1, true, true], 'another home node is dead');
$mcha->run('drain', $cluster->name(2), '--after=0.1');
ok($mcha->exitCode === 3 && str_contains($mcha->errors, 'no node lists its keys: ' . $cluster->name(2)), "the node is dead: $mcha->errors");
$mcha->run('drain', $cluster->name(2), '--servers=' . $cluster->name(0) . ',' . $cluster->name(1), '--set=previous_servers=' . $cluster->servers());
ok($mcha->exitCode === 2 && str_contains($mcha->errors, 'is a node of the previous pool alone'), "a node of the previous pool: $mcha->errors");

done();
?>
--EXPECT--
done
