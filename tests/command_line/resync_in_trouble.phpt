--TEST--
mcha resync goes on where it was interrupted, waits for a list that another client makes, names servers that list no keys, and copies no key to where the application would not look for it
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(3);
$state = new Folder();
$mcha = new CommandLine($cluster->servers());
$client = $cluster->client();
$resync = fn(string ...$words): array => ['resync', $cluster->name(0), "--state=$state->path", '--after=0.1', '--wait=2', ...$words];
$keys = array_map(fn(int $i) => "key$i", range(1, 1500));
$client->setMulti(array_fill_keys($keys, 'value'), 1000);
$mine = count(array_filter($keys, fn(string $key) => in_array(0, array_slice($cluster->preference($client, $key), 0, 2), true)));

/* Killed in the middle. */
$cluster->restart(0);
[$process, $output, $errors] = $mcha->start(...$resync('--rate=100'));
$done = fn(): int => json_decode((string) @file_get_contents(glob("$state->path/*.json")[0] ?? '/dev/null'), true)['done'] ?? 0;
wait_until(fn() => $done() > 0, what: 'the first keys to be done');
is($mcha->run(...$resync()), '', 'a second resync of the same node meanwhile');
ok($mcha->exitCode === 3 && str_contains($mcha->errors, 'another mcha resync of this pool and node is running'), "is refused: $mcha->errors");
$process->end();
$before = $cluster->items(0);
between($before, 1, $mine - 1, 'the interrupted resync has stored some copies');
ok(str_contains($mcha->run(...$resync()), 'stored '), 'the same command again');
ok(preg_match("/^Going on after \\d+ of $mine keys/", $mcha->errors), "goes on where the first one stopped: $mcha->errors");
is($cluster->items(0), $mine, 'the node has all copies');
is(glob("$state->path/*"), [], 'nothing is left in the folder of the state');

/* A node was restarted since: it begins anew. */
[$process, $output, $errors] = $mcha->start(...$resync('--rate=100'));
wait_until(fn() => $done() > 0, what: 'the first keys to be done');
$process->end();
$cluster->restart(0);
$mcha->run(...$resync());
is([$mcha->errors, $cluster->items(0)], ['', $mine], 'after another restart of the node all keys are listed again');

/* The node is restarted meanwhile. */
[$process, $output, $errors] = $mcha->start(...$resync('--rate=200'));
wait_until(fn() => $done() > 0, what: 'the first keys to be done');
$cluster->restart(0);
is($process->wait(), 3, 'the node is restarted meanwhile: the exit code');
ok(str_contains(file_get_contents($errors), $cluster->name(0) . ' was restarted meanwhile'), 'and the reason: ' . file_get_contents($errors));
$mcha->run(...$resync());
is($cluster->items(0), $mine, 'given again, the command stores all copies');

/* --rate */
$began = microtime(true);
$mcha->run(...$resync('--rate=400'));
ok(microtime(true) - $began > ($mine - 400) / 400, 'no more than so many keys a second');

/* The application has a prefix: the command must know it. */
$prefixed = $cluster->client([McHA::OPT_PREFIX_KEY => 'app:']);
$cluster->restart(0);
$cluster->restart(1);
$cluster->restart(2);
$prefixed->setMulti(array_fill_keys($keys, 'value'), 1000);
$cluster->restart(0);
$held = $cluster->items(1) + $cluster->items(2);
$mcha->run(...$resync());
ok($mcha->exitCode === 3 && str_contains($mcha->errors, 'name the prefix with --prefix'), "without the prefix: $mcha->errors");
is([$cluster->items(0), $cluster->items(1) + $cluster->items(2)], [0, $held], 'nothing was copied');
$mcha->run(...$resync('--prefix=app:'));
is([$mcha->exitCode, $cluster->items(0)], [0, $mine], "with the prefix: $mcha->errors");
is($prefixed->repair($keys), [], 'all home nodes have all keys');

/* Another client is listing the keys of a node. */
array_map([$cluster, 'restart'], [0, 1, 2]);
$busy = new BadServer([['match' => '/^lru_crawler/', 'reply' => "BUSY currently processing crawler request\r\n", 'times' => 3],
	['match' => '/^lru_crawler/', 'reply' => "OK\r\nkey=a%2Fb exp=-1 la=1 cas=1 fetch=no cls=1 size=60 flags=0 \nEND\r\n"]], $cluster->nodes[1]);
$by = function (BadServer $server) use ($cluster): CommandLine {
	return new CommandLine($cluster->name(0) . ",$server->name," . $cluster->name(2));
};
$one = function (CommandLine $mcha, string $name) use ($state, $cluster): array {
	return $mcha->json('resync', $name, "--state=$state->path", '--after=0.1', '--wait=2');
};
$result = $one($by($busy), $cluster->name(0));
is($result['unlisted'], [], 'a list that another client makes is waited for');
between($result['keys'], 0, 1, 'the keys of that list');

/* Killed while it lists the keys anew: what was listed before is no longer complete. */
array_map('unlink', glob("$state->path/*")); // of resyncs that were refused
$list = implode('', array_map(fn(int $i) => "key=other$i exp=-1 la=1 cas=1 fetch=no cls=1 size=60 flags=0 \n", range(1, 20)));
$busy = new BadServer([['match' => '/^lru_crawler/', 'times' => 1, 'reply' => "OK\r\n{$list}END\r\n"],
	['match' => '/^lru_crawler/', 'reply' => "BUSY currently processing crawler request\r\n"]], $cluster->nodes[2]);
$mcha = new CommandLine($cluster->name(0) . ',' . $cluster->name(1) . ",$busy->name");
array_map([$cluster, 'restart'], [0, 1, 2]);
(new McHA(null, null, $cluster->name(0) . ',' . $cluster->name(1) . ",$busy->name"))->setMulti(array_fill_keys($keys, 'value'), 1000);
[$process, $output, $errors] = $mcha->start(...$resync('--rate=100'));
wait_until(fn() => $done() > 0, what: 'the first keys to be done');
$process->end();
$size = fn(): int => (int) @filesize(glob("$state->path/*.keys")[0] ?? '/dev/null');
$all = $size();
[$process, $output, $errors] = $mcha->start(...$resync('--anew', '--wait=100'));
wait_until(function () use ($size, $all): bool {
	clearstatcache();
	return $size() > 0 && $size() < $all;
}, what: 'the keys of the first node to be listed');
$process->end();
$mcha->run(...$resync());
ok(!str_contains($mcha->errors, 'Going on'), "the next resync begins anew: $mcha->errors");
array_map([$cluster, 'restart'], [0, 1, 2]);

/* It does not end. */
$busy = new BadServer([['match' => '/^lru_crawler/', 'reply' => "BUSY currently processing crawler request\r\n"]], $cluster->nodes[1]);
$result = $one($mcha = $by($busy), $cluster->name(0));
ok($mcha->exitCode === 3 && str_contains($result['unlisted'][$busy->name], 'another client has been listing its keys for 2 s'), 'a list that does not end is waited for in vain');

/* Servers without a list of keys. */
foreach (["ERROR\r\n" => 'does not list its keys (ERROR)', "nonsense\r\n" => 'unexpected line', "CLIENT_ERROR metadump not allowed\r\n" => 'dumps must be allowed'] as $reply => $part) {
	$bad = new BadServer([['match' => '/^lru_crawler/', 'reply' => $reply]], $cluster->nodes[1]);
	$result = $one($mcha = $by($bad), $cluster->name(0));
	ok($mcha->exitCode === 3 && str_contains($result['unlisted'][$bad->name], $part), trim($reply) . ": {$result['unlisted'][$bad->name]}");
}

/* A node is dead. */
$cluster->kill(2);
$mcha = new CommandLine($cluster->servers());
$result = $mcha->json(...$resync('--prefix=app:'));
is([$mcha->exitCode, $result['absent']], [3, [$cluster->name(2)]], 'a dead node is named');
$mcha->run('resync', $cluster->name(2), "--state=$state->path", '--wait=0');
ok($mcha->exitCode === 3 && str_contains($mcha->errors, $cluster->name(2) . ' has not answered for 0 s'), "a resync of a dead node: $mcha->errors");
$mcha->run('resync', '10.0.0.9:11211', "--state=$state->path");
ok($mcha->exitCode === 2 && str_contains($mcha->errors, '10.0.0.9:11211 is no node of this pool, which has ' . $cluster->name(0)), "a node of another pool: $mcha->errors");
$mcha->run(...$resync('--state=/proc/no/such'));
ok($mcha->exitCode === 3 && str_contains($mcha->errors, 'name another one with --state'), "a folder that cannot be made: $mcha->errors");

done();
?>
--EXPECT--
done
