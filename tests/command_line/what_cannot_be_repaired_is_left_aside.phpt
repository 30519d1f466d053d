--TEST--
mcha resync and mcha check --repair go on where a hint cannot be replayed or a node is distrusted, and name what is left and why
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

/* Another process of the host: its hints are in the shared memory. */
$write = <<<'CODE'
	$client = new McHA();
	$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => null); // keeps the failures out of the log
	$client->setMulti(json_decode($argv[1], true), 1000);
	echo json_encode(array_column($client->getNodes(), 'hints'));
	CODE;
[$folder, $state] = [new Folder(), new Folder()];
$words = ["--state=$state->path", '--after=0.1', '--wait=2'];
$keys = array_map(fn(int $i) => "key$i", range(1, 400));

/* Node 0 was away when the newer value of a key was written, and has the old one; node 1 has lost the newer value. */
$cluster = new Cluster(2);
[$first, $second] = [$cluster->name(0), $cluster->name(1)];
$ini = ['mcha.servers' => $cluster->servers(), 'mcha.shared_memory' => "$folder->path/memory", 'mcha.retry_interval' => 0, 'mcha.connect_timeout' => 10000,
	'mcha.operation_timeout' => 40000];
$cluster->kill(0);
is(ask_php($write, ['{"stale":"newer"}'], $ini), [1, 0], 'node 0 has a hint');
$cluster->restart(0);
$cluster->raw(0, "set stale 0 1000 3\r\nold\r\n");
$cluster->restart(1);
$cluster->client()->setMulti(array_fill_keys($keys, 'value'), 1000); /* this process has no part in the shared memory */
$mcha = new CommandLine($ini['mcha.servers'], $ini);
foreach ([['resync', ...$words], ['resync', $second, ...$words], ['check', '--repair', '--after=0.1', '--wait=2']] as $command) {
	$cluster->restart(1);
	$how = implode(' ', array_slice($command, 0, 2));
	$result = $mcha->json(...$command);
	is([$mcha->exitCode, array_keys($result['left'] ?? [])], [1, ['stale']], "$how leaves one key: $mcha->errors");
	is($result['left']['stale'] ?? null, "$first: this replica is stale for the key and cannot be repaired right now", "$how: the reason");
	is($cluster->items(1), count($keys), "$how: all others have their copy");
}
$mcha->run('resync', ...$words);
ok(str_contains($mcha->errors, "1 key could not be repaired:\nstale: $first: this replica is stale"), "in words: $mcha->errors");
$mcha->run('get', 'stale');
is($mcha->exitCode, 1, 'no client can read the value');
$mcha->run('delete', 'stale');
$mcha->run('resync', ...$words);
is([$mcha->exitCode, $mcha->errors], [0, ''], 'when the key is deleted, nothing is left');

/* A distrusted node. */
$cluster = new Cluster(3);
$ini = ['mcha.servers' => $cluster->servers(), 'mcha.shared_memory' => "$folder->path/small", 'mcha.hint_capacity' => 0] + $ini;
$mcha = new CommandLine($cluster->servers(), $ini);
ask_php($write, [json_encode(array_fill_keys($keys, 'value'))], $ini);
$cluster->stop(0);
ask_php($write, [json_encode(array_fill_keys(array_map(fn(int $i) => "more$i", range(1, 6000)), 'value'))], ['mcha.operation_timeout' => 1500] + $ini);
$cluster->cont(0);
wait_until(fn() => array_column($mcha->json('status'), 'state', 'node')[$cluster->name(0)] === 'up', what: 'the node to go on');
is(array_column($mcha->json('status'), 'distrusted'), [true, false, false], 'node 0 is distrusted');
$cluster->restart(2);
$distrusted = 'distrusted: this node has missed more writes than the hint table can hold';
$result = $mcha->json('resync', ...$words);
is([$mcha->exitCode, array_keys($result['distrusted']), $result['left']], [1, [$cluster->name(0)], []], 'resync goes on without a distrusted node');
ok(str_contains($result['distrusted'][$cluster->name(0)], $distrusted), 'and says why: ' . json_encode($result['distrusted']));
ok($cluster->items(2) > 3000, 'the other nodes have their copies');
$mcha->run('resync', $cluster->name(0), ...$words);
ok($mcha->exitCode === 3 && str_contains($mcha->errors, "{$cluster->name(0)}: $distrusted"), "a resync of that node: $mcha->errors");
$cluster->restart(0);
$mcha->run('resync', $cluster->name(0), ...$words);
is([$mcha->exitCode, $mcha->errors], [0, ''], 'when it was restarted, it is given its copies');
is($mcha->json('drill')['unknown'], 0, 'all keys are looked at');
is($mcha->exitCode, 0, 'no node has the only copy of a key');

done();
?>
--EXPECT--
done
