--TEST--
mcha explains each of its commands, and completes commands, options and nodes in the shell
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$mcha = new CommandLine('10.0.0.1:11211,10.0.0.2:11211');
$commands = ['status', 'ping', 'top', 'where', 'get', 'set', 'delete', 'resync', 'check', 'dump', 'restore', 'drill', 'migrate'];
$list = $mcha->run('list');
$page = file_get_contents(dirname(__DIR__, 2) . '/docs/mcha.1');
foreach ($commands as $command) {
	ok(str_contains($list, "  $command "), "mcha list has $command");
	$help = $mcha->run($command, '--help');
	ok($mcha->exitCode === 0 && str_contains($help, 'exit code') && str_contains($help, '--json'), "$command --help");
	ok(preg_match("/^\\.SS $command\\b/m", $page), "the manual page has $command");
}
is($mcha->run('--version'), 'mcha ' . phpversion('mcha') . "\n", 'mcha --version');
ok(str_contains($mcha->run('completion', 'bash'), 'complete -F'), 'mcha completion bash');
$complete = fn(string ...$words): array => preg_split('/\s+/', $mcha->run('_complete', '-sbash', '-c' . count($words), '-imcha', ...array_map(fn(string $word) => "-i$word", $words)),
	-1, PREG_SPLIT_NO_EMPTY);
is(array_diff($commands, $complete('re')), [], 'commands are completed; the shell chooses');
ok(in_array('--repair', $complete('check', '--re'), true), 'options are completed');
is($complete('resync', '10'), ['10.0.0.1:11211', '10.0.0.2:11211'], 'nodes are completed');

done();
?>
--EXPECT--
done
