--TEST--
mcha top shows the keys that nodes read and write most, in bounded memory, and says what a busy node has left out
--SKIPIF--
<?php $needs = ['memcached', 'console', 'nutcracker']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';
require dirname(__DIR__) . '/lib/twemproxy.inc';
require dirname(__DIR__, 2) . '/cli/autoload.php';

use McHA\Cli\Format;
use McHA\Cli\Top\Request;
use McHA\Cli\Top\Sketch;

$cluster = new Cluster(3);
$client = $cluster->client();
$odd = "odd\u{e9}<info>%20";
$client->set('hot', str_repeat('x', 50));

/* Uses the keys until a line of "mcha top --watch" has what is looked for, and returns that. */
function watch(CommandLine $mcha, callable $use, callable $look, string ...$words): array
{
	[$process, $output, $errors] = $mcha->start('top', '--watch', '--seconds=0.5', '--json', ...$words);
	$found = null;
	wait_until(function () use ($use, $look, $output, $process, $errors, &$found) {
		for ($i = 0; $i < 10; $i++) {
			$use();
		}
		ok($process->isRunning(), 'mcha top goes on: ' . file_get_contents($errors));
		foreach (array_slice(explode("\n", file_get_contents($output)), 0, -1) as $line) {
			$found ??= $look(json_decode($line, true));
		}
		return $found !== null;
	}, what: 'mcha top ' . implode(' ', $words));
	$process->end();
	return $found;
}

/* The row of a key that was used enough to tell its share. */
$row = fn(string $text, int $least = 20) => function (array $said) use ($text, $least): ?array {
	$row = array_column($said['keys'], null, 'text')[$text] ?? null;
	return $row && ($row['reads'] + $row['writes']) * $said['seconds'] >= $least ? $row + ['error' => $said['error']] : null;
};

/* Reads: each comes to one node, and a write to two. */
$mcha = new CommandLine($cluster->servers());
$mix = function () use ($client): void {
	for ($i = 0; $i < 10; $i++) {
		$client->get('hot');
	}
	$client->set('written', "\0");
	$client->set('written', "\0");
};
$found = watch($mcha, $mix, fn(array $said) => $row('hot', 100)($said) ? $said : null);
is(array_column($found['keys'], 'text'), ['hot'], 'by reads: a key that is only written is not among them');
[$hot] = $found['keys'];
is([$hot['hits'], $hot['size'], $hot['writes']], [1.0, 50, 0.0], 'a hit, and the size of the value');
is(round($hot['bytes'] / $hot['reads'], 2), 50.0, 'the bytes of the reads');
between($found['writes'] / $found['reads'], 0.1, 0.4, 'two writes of ten reads, each of them once, though it goes to two nodes');
$written = watch($mcha, $mix, $row('written'), '--by=writes');
is([$written['reads'], count($written['nodes'])], [0.0, 2], 'what a write looks up is no read');

/* Keys that are looked for in vain, as they are on the servers, and as a terminal may show them. */
$found = watch($mcha, fn() => $client->get($odd), $row($odd));
is([$found['key'], $found['hits']], [$odd, 0.0], 'a key that is missing');
is(Format::printable("\x1b[31m\u{202e}\u{e9}"), "\\x1b[31m\\xe2\\x80\\xaeé", 'commands to a terminal are escaped');
$found = watch($mcha, fn() => $client->get("bytes\xff"), $row('bytes\\xff'));
is($found['key'], ['base64' => base64_encode("bytes\xff")], 'a key that is not UTF-8, in JSON');

/* Groups. */
$found = watch($mcha, fn() => $client->getMulti(['user:1', 'user:2', 'user:3', 'other']), fn(array $said) => $row('user:*')($said) ? $said : null, '--group=:');
$rows = array_column($found['keys'], 'reads', 'text');
ok(array_key_first($rows) === 'user:*' && $rows['user:*'] > 2 * $rows['other'], 'groups: ' . show($rows));
$found = watch($mcha, fn() => $client->set('large', random_bytes(900)) && $client->get('hot'), $row('large'), '--by=bytes', '--limit=1');
is($found['size'], 900, '--by=bytes');

/* As text. */
[$process, $output] = $mcha->start('top', '--seconds=0.2');
is($process->wait(), 0, 'the exit code');
ok(preg_match('/^key +reads\/s +hits .*\n.*^3 nodes in 0\.\d s: [0-9. ]+ reads\/s, [0-9. ]+ writes\/s\.\n$/ms', file_get_contents($output)), 'a table: ' . file_get_contents($output));

/* A stream of many more keys than are remembered: the greatest is found, and lacks no more than the error. */
$sketch = new Sketch();
$before = memory_get_usage();
for ($i = 0; $i < 200000; $i++) {
	$key = $i % 1000 === 0 ? 'great' : "small$i";
	$sketch->add($key, 1, new Request('item_get', $key, 'found', 1), 'node');
}
is(array_key_first($sketch->greatest(1)), 'great', 'the greatest of 200 000 keys');
between($sketch->greatest(1)['great']->reads, 200 - $sketch->error, 200, "the tally, with an error of $sketch->error");
between($sketch->error, 1, 200000 * 2 / Sketch::CAPACITY, 'the error');
ok(memory_get_usage() - $before < 16e6, 'memory is bounded: ' . (memory_get_usage() - $before));
ok(count($sketch->greatest(PHP_INT_MAX)) <= Sketch::CAPACITY, 'so is the number of keys');

/* A node that leaves out lines of its log, and ends. */
$busy = new Child('
	$server = stream_socket_server("tcp://127.0.0.1:0");
	echo stream_socket_get_name($server, false), "\n";
	while ($client = @stream_socket_accept($server, 60)) {
		while (($line = fgets($client)) !== false) {
			if (str_starts_with($line, "watch")) {
				fwrite($client, "OK\r\n" . str_repeat("ts=1.2 gid=1 type=item_get key=hot status=found clsid=1 cfd=2 size=3\n", 3) . "[skipped: 97]\n");
				fgets(STDIN);
				exit;
			}
			fwrite($client, str_starts_with($line, "version") ? "VERSION 1.6.18\r\n" : (str_starts_with($line, "mn") ? "MN\r\n" : (str_starts_with($line, "stats") ? "END\r\n" : "ERROR\r\n")));
		}
	}');
$mcha = new CommandLine($busy->hear(), ['mcha.operation_timeout' => 1000]);
[$process, $output, $errors] = $mcha->start('top', '--seconds=60');
$busy->tell('end');
is($process->wait(), 3, 'the exit code when a log ends');
ok(str_contains(file_get_contents($errors), 'busy nodes have left out 97 of 100 lines'), 'the lines that were left out: ' . file_get_contents($errors));
ok(str_contains(file_get_contents($errors), 'the server closed the connection'), 'the reason');

/* Nodes that do not tell their requests. */
$cluster->kill(1);
$mcha = new CommandLine($cluster->servers());
$said = $mcha->json('top', '--seconds=0.2');
is([$mcha->exitCode, array_keys($said['failed'])], [3, [$cluster->name(1)]], 'a node is down');
$proxy = new Twemproxy($cluster->nodes[0]);
$mcha->run('top', "--servers=$proxy->name", '--set=protocol=text');
ok($mcha->exitCode === 3 && str_contains($mcha->errors, "$proxy->name does not tell its requests"), "a proxy: $mcha->errors");
foreach ([['--by=size', 'expected reads, writes, bytes'], ['--limit=0', 'at least 1'], ['--seconds=x', 'expected a number']] as [$word, $part]) {
	$mcha->run('top', $word);
	ok($mcha->exitCode === 2 && str_contains($mcha->errors, $part), "$word: $mcha->errors");
}

done();
?>
--EXPECT--
done
