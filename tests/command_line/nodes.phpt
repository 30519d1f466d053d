--TEST--
mcha status and mcha ping show each node, and say by their exit code whether all of them answer
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$client->setMulti(array_fill_keys(range(1, 30), 'value'));
$client->getMulti(range(1, 30));
$zoned = implode(',', array_map(fn(int $i) => $cluster->name($i) . '?zone=' . 'bab'[$i], [0, 1, 2]));
$mcha = new CommandLine($zoned);

$nodes = $mcha->json('status');
is($mcha->exitCode, 0, 'status: all nodes answer');
is(array_column($nodes, 'zone'), ['a', 'b', 'b'], 'status: by zone');
is(array_column($nodes, 'state'), ['up', 'up', 'up'], 'status: the state');
is(array_sum(array_column($nodes, 'items')), 60, 'status: items');
ok(array_sum(array_column($nodes, 'hits')) >= 30, 'status: hits');
$text = $mcha->run('status');
ok(preg_match('/^node +zone +state/', $text), 'status: a table');
foreach ([0, 1, 2] as $i) {
	ok(preg_match('/^' . preg_quote($cluster->name($i)) . ' +[ab] +up /m', $text), "status: the line of node $i");
}
ok(preg_match('/^' . preg_quote($cluster->name(2)) . ' +[0-9.]+ ms +\d/m', $mcha->run('ping')), 'ping: a line for each node');
is($mcha->exitCode, 0, 'ping: all nodes answer');

/* A node is dead. */
$cluster->kill(1);
$nodes = array_column($mcha->json('status'), null, 'node');
is($mcha->exitCode, 1, 'status: a node is dead');
is([$nodes[$cluster->name(1)]['state'], $nodes[$cluster->name(1)]['items']], ['down', null], 'status: the dead node');
$text = $mcha->run('status');
ok(preg_match('/^' . preg_quote($cluster->name(1)) . ' +a +down/m', $text), 'status: the dead node in the table');
ok(preg_match('/^' . preg_quote($cluster->name(1)) . ': .*Connection refused/m', $text), "status: the reason below the table: $text");
$answers = array_column($mcha->json('ping'), null, 'node');
is($mcha->exitCode, 1, 'ping: a node is dead');
is(array_map(fn(int $i) => $answers[$cluster->name($i)]['answered'], [0, 1, 2]), [true, false, true], 'ping: which nodes answer');
ok(str_contains($answers[$cluster->name(1)]['reason'], $cluster->name(1)), 'ping: the reason');
$cluster->restart(1);

/* With --watch the hit rate is that of the time between two lines. */
[$process, $output, $errors] = $mcha->start('status', '--watch=0.2', '--json');
/* The lookups of each line that is complete. */
$lookups = function () use ($output): array {
	$lines = array_slice(explode("\n", file_get_contents($output)), 0, -1);
	return array_map(fn(string $line) => array_sum(array_column(json_decode($line, true), 'lookups')), $lines);
};
wait_until(fn() => count($lookups()) >= 2, what: 'two lines of status --watch');
$key = $cluster->keyLedBy($client, 0);
for ($i = 0; $i < 50; $i++) {
	$client->get($key);
}
wait_until(fn() => array_sum(array_slice($lookups(), 1)) >= 50, what: 'the lookups of this test');
$process->end();
$mcha->run('status', '--watch=often');
ok($mcha->exitCode === 2 && str_contains($mcha->errors, '--watch=often: expected a number, at least 0.1'), "status --watch=often: $mcha->errors");

done();
?>
--EXPECT--
done
