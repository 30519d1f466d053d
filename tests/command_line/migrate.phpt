--TEST--
mcha migrate tells in which step of a migration from pecl memcached a host is, and whether the next one is safe; it changes nothing
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'console'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';
require dirname(__DIR__) . '/migration/web_host.inc';

const ONE_COPY = ['mcha.number_of_replicas' => 0, 'mcha.sess_number_of_replicas' => 0, 'mcha.allow_failover' => 0, 'mcha.sess_lock_apart' => 1];
const FIRST_DECIDES = ['mcha.allow_failover' => 0, 'mcha.sess_lock_apart' => 1];
const COMPAT = ['mcha.compat' => 'memcached'];

$cluster = new Cluster(3);
$cli = fn(array $ini, array $compat = COMPAT) => new CommandLine($cluster->servers(), $ini + $compat);

/* What is not good: subject => text. */
function faults(array $said): array
{
	return array_column(array_filter($said['findings'], fn(array $finding) => $finding['state'] !== 'good'), 'text', 'subject');
}

/* One fault, and the exit code that says so. */
function has_fault(CommandLine $mcha, string $subject, string $part, string ...$words): void
{
	$faults = faults($mcha->json('migrate', ...$words) ?? ['findings' => []]);
	ok(array_keys($faults) === [$subject] && str_contains($faults[$subject], $part) && $mcha->exitCode === 1,
		implode(' ', $words) . ": $subject is at fault, with $part: " . show($faults) . " $mcha->exitCode $mcha->errors");
}

/* --- which step ------------------------------------------------------------------------------- */

$host = new WebHost('pecl', $cluster, null);
$host->setMulti(array_fill_keys(array_map(fn(int $i) => "key$i", range(1, 300)), 'value'), 1000);
$before = array_map([$cluster, 'items'], [0, 1, 2]);
foreach ([['one-copy', ONE_COPY, 'first-decides'], ['first-decides', FIRST_DECIDES, 'two-copies'], ['two-copies', [], 'two-copies'],
	[null, ['mcha.number_of_replicas' => 0], null]] as [$step, $ini, $next]) {
	$said = $cli($ini)->json('migrate', '--seconds=0.1', '--after=0');
	is([$said['step'], $said['next']], [$step, $next], 'the step and the next one');
}
$mcha = $cli(ONE_COPY);
ok(str_contains($mcha->run('migrate', 'first-decides'), "    mcha.allow_failover = 0\n") && $mcha->exitCode === 0, "the lines of a step: $mcha->output");
ok(preg_match('/^This host is in step one-copy: .*^good +nodes +3 nodes answer: .*^Step first-decides is safe\.$/ms', $mcha->run('migrate')), "as text: $mcha->output");
is($mcha->exitCode, 0, 'the exit code then');

/* --- before one-copy -------------------------------------------------------------------------- */

$said = $mcha->json('migrate', 'one-copy', '--check');
is([$said['safe'], faults($said), $mcha->exitCode], [true, [], 0], 'one-copy is safe');
has_fault($cli(ONE_COPY), 'placement', 'do not lie where McHA looks for them', 'one-copy', '--check', '--set=distribution=ketama', '--set=hash=md5');
has_fault($cli(['mcha.sess_lock_apart' => 1]), 'settings', 'not safe beside one-copy', 'one-copy', '--check');
has_fault($cli(['mcha.sess_lock_apart' => 0] + ONE_COPY), 'locks', 'set mcha.sess_lock_apart=1', 'one-copy', '--check');
has_fault($cli(ONE_COPY + ['mcha.previous_servers' => $cluster->name(0)]), 'copies', 'mcha.previous_servers', 'one-copy', '--check');
has_fault($cli(ONE_COPY + ['memcached.sess_prefix' => 'other.', 'mcha.distribution' => 'modula', 'mcha.hash' => 'default'], []), 'directives', 'memcached.sess_prefix is "other."', 'one-copy', '--check');
$alien = new Cluster(1);
$alien->raw(0, "set a 5 0 1\r\nx\r\n");
if (!McHA::HAVE_IGBINARY) {
	has_fault(new CommandLine($alien->servers(), ONE_COPY + COMPAT), 'formats', 'igbinary (1 values)', 'one-copy', '--check');
}
$alien->raw(0, "flush_all\r\ndelete a\r\n");
has_fault(new CommandLine($alien->servers(), ONE_COPY + COMPAT), 'placement', 'no node has a key', 'one-copy', '--check');

/* --- before two-copies ------------------------------------------------------------------------ */

/* Runs the check while a web server writes. */
function check_beside(CommandLine $mcha, WebHost ...$hosts): array
{
	[$process, $output, $errors] = $mcha->start('migrate', 'two-copies', '--check', '--seconds=1', '--after=0.1', '--json');
	for ($i = 0; $process->isRunning(); $i++) {
		foreach ($hosts as $host) {
			$host->set("$host->name." . $i % 100, "value$i", 1000);
		}
	}
	$said = json_decode(file_get_contents($output), true);
	ok(is_array($said), 'mcha migrate: ' . file_get_contents($errors));
	is($process->wait(), $said['safe'] ? 0 : 1, 'the exit code says whether the step is safe');
	return faults($said);
}

$mcha = $cli(FIRST_DECIDES);
$first = new WebHost('first', $cluster, FIRST_DECIDES);
$one = new WebHost('one', $cluster, ONE_COPY);
$faults = check_beside($mcha, $first, $host);
ok(str_contains($faults['writers'] ?? '', 'written on their first node alone, for instance "pecl.'), 'pecl memcached still writes: ' . show($faults));
$faults = check_beside($mcha, $first, $one);
ok(str_contains($faults['writers'] ?? '', 'for instance "one.'), 'a web server in step one-copy still writes: ' . show($faults));
$first->setMulti(['old1' => 1, 'old2' => 2, 'old3' => 3], 1000);
$host->delete('old1');
$host->set('old2', 9, 1000);
$host->touch('old3', 100);
$faults = check_beside($mcha, $first);
is(array_keys($faults), ['old copies'], 'no other web server writes, but old copies are left');
ok(str_starts_with($faults['old copies'], '3 of '), 'a deleted, a replaced, and one that was to live shorter: ' . $faults['old copies']);
is($mcha->json('check', '--trust-first', '--after=0.1')['removed'], 3, 'they are removed');
is(check_beside($mcha, $first), [], 'two-copies is safe');
has_fault($mcha, 'writers', 'no write was seen', 'two-copies', '--check', '--seconds=0.1', '--after=0');
ok(isset(faults($cli(ONE_COPY)->json('migrate', 'two-copies', '--check', '--seconds=0.1'))['settings']), 'a step cannot be left out');
is(check_beside($cli([]), $first), [], 'a host in two-copies is as it should be');

is(array_map([$cluster, 'items'], [0, 1, 2]) >= $before, true, 'no key is gone');
$cluster->kill(1);
$faults = faults($cli(ONE_COPY)->json('migrate'));
ok(isset($faults['nodes'], $faults['keys']), 'a node is down: ' . show($faults));

/* --- mistakes --------------------------------------------------------------------------------- */

foreach ([[['three-copies'], 'there is no step three-copies: expected one-copy, first-decides, two-copies'], [['--check'], 'which step?']] as [$words, $part]) {
	$mcha->run('migrate', ...$words);
	ok($mcha->exitCode === 2 && str_contains($mcha->errors, $part), "$part: $mcha->errors");
}

done();
?>
--EXPECT--
done
