--TEST--
mcha.busy_poll: the process does not sleep for a reply that arrives within that time, and sleeps for a later one
--SKIPIF--
<?php $needs = ['memcached', 'strace']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* The number of receives that may sleep: those without MSG_DONTWAIT. */
function sleeps(int $busyPoll, BadServer $front): int
{
	$folder = new Folder();
	$code = '$client = new McHA(null, null, $argv[1]); $client->setOption(McHA::OPT_OPERATION_TIMEOUT, 40000);
		$client->set("key", 1);
		for ($i = 0; $i < 20; $i++) {
			$client->get("key") === 1 or exit(1);
		}';
	$words = ['strace', '-qq', '-e', 'trace=recvmsg', '-o', "$folder->path/calls", ...Child::command(['mcha.busy_poll' => $busyPoll]),
		'-r', $code, '--', $front->name];
	is((new Process($words, [2 => STDERR]))->wait(), 0, "busy_poll $busyPoll: the child read all values");
	return preg_match_all('/, 0\) = /', file_get_contents("$folder->path/calls"));
}

$cluster = new Cluster(1);
$soon = new BadServer([['match' => '/^mg /', 'late' => 0.001]], $cluster->nodes[0]);
$late = new BadServer([['match' => '/^mg /', 'late' => 0.03]], $cluster->nodes[0]);
/* On a busy machine a reply may arrive late, or before the process polls for it, but not on each try. */
function comes_to(callable $condition, string $sentence): void
{
	for ($try = 0; $try < 20 && !($good = $condition()); $try++) {
	}
	ok($good, $sentence);
}
ok(sleeps(0, $soon) >= 20, 'with busy_poll=0 the process sleeps for each reply');
comes_to(fn() => sleeps(10000, $soon) < 15, 'the process does not sleep for most replies that arrive in time');
comes_to(fn() => sleeps(10000, $late) >= 20, 'the process sleeps for each reply that arrives after busy_poll');

foreach (['-1', '10001', 'x'] as $bad) {
	ini_set('mcha.busy_poll', $bad);
	is(ini_get('mcha.busy_poll'), '0', "$bad is refused");
}

done();
?>
--EXPECTF--
Warning: ini_set(): mcha.busy_poll: invalid value "-1", expected a number of microseconds from 0 to 10000 in %s on line %d

Warning: ini_set(): mcha.busy_poll: invalid value "10001", expected a number of microseconds from 0 to 10000 in %s on line %d

Warning: ini_set(): mcha.busy_poll: invalid value "x", expected a number of microseconds from 0 to 10000 in %s on line %d
done
