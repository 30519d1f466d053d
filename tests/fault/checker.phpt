--TEST--
The checker finds each kind of violation, and none in correct histories
--SKIPIF--
<?php $needs = []; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/draws.inc';
require __DIR__ . '/checker.inc';

/* A line is "w1 set short0 w1.1/2 0-10 ok": process, kind, key, argument, beginning and end in milliseconds, outcome. A
 * result may follow the outcome, and " # " and the client's report the result. "-?": the operation never ended. If workers
 * are hosts of their own, the letters in a process's name are its host. */
function history(string ...$lines): array
{
	$operations = [];
	foreach ($lines as $line) {
		[$line, $account] = explode(' # ', "$line # ");
		preg_match('/^(\w+) (\w+) (\S+) (\S+) (\d+)-(\d+|\?)(?: (\w+)(?: (\S+))?)?$/', trim($line), $part);
		[, $worker, $kind, $key, $argument, $start, $end] = $part;
		$operation = new Operation($worker, 1000 * (int) $start, $kind, $key, $argument === '-' ? '' : $argument, rtrim($worker, '0123456789'));
		if ($end !== '?') {
			$operation->end = 1000 * (int) $end;
			$operation->outcome = Outcome::from($part[7] ?? 'ok');
			$operation->result = $part[8] ?? '';
			$operation->account = trim($account);
		}
		$operations[] = $operation;
	}
	return $operations;
}

/* The kinds of violations and findings in the lines. $faults: beginning, end (ms), kind, node */
function violations(array $lines, array $faults = [], int $last = 1000000, int $hints = 0, array $without = ['types'], array $more = []): string
{
	$setup = new Setup();
	$setup->draws = array_values(array_diff(Draws::USUAL, $without));
	foreach ($more as $name => $value) {
		$setup->$name = $value;
	}
	/* copies were whole, and the data gone, at these moments, if there are any */
	$faults = array_map(fn(array $fault) => [1000 * $fault[0], 1000 * $fault[1], $fault[2], $fault[3]]
		+ (isset($fault[4]) ? ['whole' => 1000 * $fault[4], 'gone' => 1000 * $fault[5]] : []), $faults);
	$checker = new Checker(history(...$lines), $setup, $faults, 1000 * $last, $hints);
	$checker->check();
	return implode(' ', array_keys(array_filter($checker->violations) + array_filter($checker->findings)));
}

const APART = ['apart' => true]; /* another host hears of a change within mcha.hint_interval and an operation's timeout, 2 seconds */
const ZONES = ['zones' => ['127.0.0.1:1' => 'a', '127.0.0.1:2' => 'b']];
$node = '127.0.0.1:1';
$cases = [
	/* lifetimes */
	['', ['a set short0 w1.1/2 0-10', 'b get short0 - 3900-3910 ok w1.1', 'b get short0 - 2100-2110 miss'], 'within two seconds of its end'],
	['expired', ['a set short0 w1.1/2 0-10', 'b get short0 - 4100-4110 ok w1.1'], 'read after its end'],
	['', ['a set short0 w1.1/2 0-10', 'b get short0 - 4100-4110 ok w1.1'], 'of a server that was stopped', [[3000, 4050, 'stop', $node]]],
	['', ['a set short0 w1.1/2 0-10', 'a touch short0 60 20-30', 'b get short0 - 4100-4110 ok w1.1'], 'touched'],
	['lost', ['a set short0 w1.1/2 0-10', 'a touch short0 60 20-30', 'b get short0 - 4100-4110 miss'], 'touched, and gone'],
	['', ['a set short0 w1.1/60 0-10', 'a touch short0 1 20-?', 'b get short0 - 4100-4110 miss'], 'a touch that may have taken place'],
	['lost', ['a set short0 w1.1/60 0-10', 'b get short0 - 20-30 miss'], 'gone before its end'],
	['', ['a set short0 w1.1/2 0-?', 'b get short0 - 6000-6010 ok w1.1'], 'one that never ended may have begun late'],
	['expired', ['a set gap0 w1.1/60 0-10', 'node0 copy gap0 -1 100-110 ok w1.1'], 'a copy that would live for ever'],
	['', ['a set gap0 w1.1/60 0-10', 'node0 copy gap0 60 100-110 ok w1.1'], 'a copy that has its life'],
	['', ['a set gap0 w1.1/60 0-10', 'b get gap0 - 20-30 miss'], 'what the rig takes away may be gone'],
	/* copies at the end */
	['stale', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'node1 copy many0 -1 100-110 ok w1.1'], 'a copy that was written over'],
	['stale', ['a set many0 w1.1/0 0-10', 'a delete many0 - 20-30', 'node1 copy many0 -1 100-110 ok w1.1'], 'a copy that was deleted'],
	['', ['a set many0 w1.1/0 0-25', 'b set many0 w2.1/0 20-30', 'node0 copy many0 -1 100-110 ok w1.1', 'node1 copy many0 -1 100-110 ok w2.1'],
		'copies of two writes at the same time'],
	['hints hidden', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'a delete many0 - 40-?', 'node1 copy many0 -1 100-110 ok w1.1'],
		'one that was known to be old when a process died in the midst of deleting the others', [], 1000000, 1],
	['hints hidden', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/1 20-30', 'a set many0 w1.3/1 40-?', 'node1 copy many0 -1 100-110 ok w1.1'],
		'the same of one that wrote', [], 1000000, 1],
	['stale', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'a delete many0 - 40-?', 'node1 copy many0 -1 100-110 ok w1.1'],
		'one that is not known to be old'],
	['thin', ['a set many0 w1.1/0 0-10', 'node1 copy many0 - 100-110 miss'], 'a copy that is missing'],
	['behind', ['a set many0 w1.1/0 0-10', 'z get many0 - 100-110 unknown'], 'what cannot be read in the end', [], 50],
	['', ['a set many0 w1.1/0 0-10', 'z get many0 - 100-110 unknown'], 'but then', [], 500],
	/* conditions */
	['lost', ['a set cond0 w1.1/0 0-10', 'b add cond0 w2.1/0 20-30'], 'added over what was there'],
	['', ['a set cond0 w1.1/0 0-10', "b add cond0 w2.1/0 20-30 ok # copies 1, position -1; $node: down, 127.0.0.1:2: down"], 'by a handoff node'],
	['lost', ['a set cond0 w1.1/0 0-10', "b add cond0 w2.1/0 20-30 ok # copies 1, position -1; $node: down"], 'while a home could be asked'],
	['stale', ['a set cond0 w1.1/0 0-10', 'a delete cond0 - 20-30', 'b replace cond0 w2.1/0 40-50'], 'replaced what was not there'],
	['refused', ['a set cond0 w1.1/0 0-10', 'b add cond0 w2.1/0 20-30 no', 'b get cond0 - 40-50 ok w2.1'], 'refused, and read'],
	['twice', ['a set cond0 w1.1/0 0-10', 'b cas cond0 w2.1/0/w1.1 20-30', 'c cas cond0 w3.1/0/w1.1 20-31'], 'one value swapped for two'],
	['', ['a set cond0 w1.1/0 0-10', 'b cas cond0 w2.1/0/w1.1 20-30', 'c cas cond0 w3.1/0/w1.1 20-31 no'], 'for one'],
	['foreign', ['a set many0 w1.1/0 0-10', 'b get many1 - 20-30 ok w1.1'], 'a value of another key'],
	['stale', ['a set many0 w1.1/0 0-10', 'a flush * - 2500-2510', 'b get many0 - 2540-2550 ok w1.1'], 'there again behind a flush'],
	['', ['a set many0 w1.1/0 0-10', 'a flush * - 20-30', 'b get many0 - 40-50 miss'], 'flushed'],
	['spared', ['a set many0 w1.1/0 0-10', 'a flush * - 1900-1910', 'b get many0 - 1940-1950 ok w1.1'], 'which memcached may have left'],
	['spared', ['a set many0 w1.1/0 0-10', 'a flush * - 1900-1910', 'b touch many0 0 1940-1950 ok'], 'and which is touched'],
	['stale', ['a set many0 w1.1/0 0-10', 'a delete many0 - 20-30', 'a flush * - 40-50', 'b get many0 - 60-70 ok w1.1'], 'deleted, and then flushed'],
	/* spares: a copy that the rig removed while the node with the other copy was down is not the client's fault */
	['lost', ['a set spare0-0 w1.1/0 0-10', 'a evict spare0-0 1 20-30', 'a get spare0-0 - 40-50 miss # copies 0, position -1'], 'one of two copies'],
	['', ['a set spare0-0 w1.1/0 0-10', 'a evict spare0-0 1 20-30', "a get spare0-0 - 40-50 miss # copies 0, position -1; $node: down"], 'both'],
	/* logs */
	['', ['a set log0-0 w1.1 0-10', 'a append log0-0 w1.2 20-30', 'a prepend log0-0 w1.3 40-50', 'b get log0-0 - 60-70 ok ;w1.3|w1.1|w1.2;'], 'a log'],
	['lost', ['a set log0-0 w1.1 0-10', 'a append log0-0 w1.2 20-30', 'b get log0-0 - 60-70 ok |w1.1|'], 'a log that lacks a part'],
	['miscounted', ['a set log0-0 w1.1 0-10', 'a append log0-0 w1.2 20-30', 'b get log0-0 - 60-70 ok |w1.1|w1.2;w1.2;'], 'one that has it twice'],
	['stale', ['a set log0-0 w1.1 0-10', 'a set log0-0 w1.2 20-30', 'b get log0-0 - 60-70 ok |w1.1|'], 'one that was begun anew'],
	/* windows */
	['', array_map(fn(int $i) => sprintf('a window window0 1 %d-%d ok %d', 100 * $i, 100 * $i + 1, $i % 20 + 1), range(0, 99)), 'a window that ends'],
	['expired', array_map(fn(int $i) => sprintf('a window window0 1 %d-%d ok %d', 100 * $i, 100 * $i + 1, $i + 1), range(0, 99)), 'one that does not'],
	/* locks */
	['twice', ['a lock lock0 - 0-10', 'b lock lock0 - 1000-1010'], 'two holders of a lock by add'],
	['', ['a lock lock0 - 0-10', "b lock lock0 - 1000-1010 ok # copies 1, position -1; $node: down, 127.0.0.1:2: down"], 'the second by a handoff node'],
	['', ['a hold hold0 - 0-10 ok 5', 'a release hold0 late 5200-5210', 'b hold hold0 - 4100-4110 ok 6', 'b release hold0 - 4200-4210'], 'too late'],
	['twice', ['a hold hold0 - 0-10 ok 5', 'b hold hold0 - 1000-1010 ok 6'], 'two owners'],
	['twice', ['a hold hold0 - 0-10 ok 5', 'a release hold0 - 20-30', 'b hold hold0 - 40-50 ok 5'], 'no greater number'],
	['', ['a hold hold0 - 0-10 ok 5', 'b hold hold0 - 1000-1010 ok 6'], 'the first has ended with the former pool', [], 1000000, 0, ['moved' => 500000]],
	['twice', ['a hold hold0 - 10-20 ok 5', 'b hold hold0 - 1000-1010 ok 6'], 'both are in the new pool', [], 1000000, 0, ['moved' => 1]],
	/* zones: a lost node had the only copy that was acknowledged */
	['', ['a set many0 w1.1/0 20-30 ok # copies 1, position -1, zone a, pending :2', 'b get many0 - 60-70 miss'],
		'the only node that had it is lost', [[40, 50, 'restart', $node, 10, 45]], 1000000, 0, ZONES],
	['lost', ['a set many0 w1.1/0 20-30 ok # copies 1, position -1, zone a, pending :1', 'b get many0 - 60-70 miss'],
		'another node had it', [[40, 50, 'restart', $node, 10, 45]], 1000000, 0, ZONES],
	['lost', ['a set many0 w1.1/0 20-30 ok # copies 2, position -1, zone a, pending :2', 'b get many0 - 60-70 miss'],
		'two nodes had it', [[40, 50, 'restart', $node, 10, 45]], 1000000, 0, ZONES],
	['lost', ['a set many0 w1.1/0 20-30 ok # copies 1, position -1, zone a, pending :2', 'b get many0 - 60-70 miss'],
		'all copies had been restored', [[40, 50, 'restart', $node, 35, 45]], 1000000, 0, ZONES],
	['lost', ['a set many0 w1.1/0 20-30 ok # copies 1, position -1, zone a, pending :2', 'b get many0 - 35-38 miss'],
		'missing before the node is lost', [[40, 50, 'restart', $node, 10, 45]], 1000000, 0, ZONES],
	['stale', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30 ok # copies 1, position -1, zone a, pending :2', 'b get many0 - 40-50 ok w1.1'],
		'read in another zone while the write is in flight'],
	['lost', ['a set log0-0 w1.1 0-10', 'a append log0-0 w1.2 20-30 ok # copies 1, position -1, zone a, pending :2', 'b get log0-0 - 60-70 ok |w1.1|'],
		'a log that lacks a part'],
	['', ['a set log0-0 w1.1 0-10', 'a append log0-0 w1.2 20-30 ok # copies 1, position -1, zone a, pending :2', 'b get log0-0 - 60-70 ok |w1.1|'],
		'the part is lost with a node', [[40, 50, 'restart', $node, 10, 45]], 1000000, 0, ZONES],
	/* increments in flight between zones */
	['miscounted', ['a increment counter0 - 0-10 ok 1', 'b increment counter0 - 20-30 ok 1'], 'a number twice'],
	['', ['a increment counter0 - 0-10 ok 1 # copies 1, position -1, zone a, pending :2', 'b increment counter0 - 20-30 ok 1 # copies 1, position -1, zone b, pending :1'],
		'of two zones', [], 1000000, 0, ZONES],
	['miscounted', ['a increment counter0 - 0-10 ok 1 # copies 1, position -1, zone a, pending :2', 'b increment counter0 - 20-30 ok 1 # copies 1, position -1, zone a, pending :2'],
		'of one zone', [], 1000000, 0, ZONES],
	['miscounted', ['a increment counter0 - 0-10 ok 1 # copies 1, position -1, zone a, pending :2',
		'b increment counter0 - 1020-1030 ok 1 # copies 1, position -1, zone b, pending :1'], 'of two zones, after the timeout', [], 1000000, 0, ZONES],
	['', ['a set short0 w1.1/2 0-10 ok # copies 1, position -1, zone a, pending :2', 'b get short0 - 4900-4910 ok w1.1'], 'a life that began later in another zone'],
	['expired', ['a set short0 w1.1/2 0-10 ok # copies 1, position -1, zone a, pending :2', 'b get short0 - 5100-5110 ok w1.1'], 'later than its write can have arrived'],
	/* hosts: what another host may not have heard of */
	['', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'b get many0 - 2020-2025 ok w1.1'], 'older, read by another host', [], 1000000, 0, APART],
	['stale', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'b get many0 - 2040-2050 ok w1.1'], 'which must have heard by then', [], 1000000, 0, APART],
	['undone', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'a2 get many0 - 40-50 ok w1.1'], 'older, read by another process of the host', [], 1000000, 0, APART],
	['', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'b get many0 - 3020-3025 ok w1.1'], 'of hosts that look every two seconds', [], 1000000, 0,
		APART + ['ini' => ['mcha.hint_interval' => '2000']]],
	['stale', ['a set many0 w1.1/0 0-10', 'a set many0 w1.2/0 20-30', 'b get many0 - 2040-2050 ok w1.1'], 'of hosts that never look', [], 1000000, 0,
		APART + ['ini' => ['mcha.hint_interval' => '0']]],
	['stale', ['a set shared0 w1.1 0-10', 'a set shared0 w1.2 20-30', 'b get shared0 - 2040-2050 ok w1.1'], 'the same of a plain value', [], 1000000, 0, APART],
	['stale', ['a set many0 w1.1/0 0-10', 'a delete many0 - 20-30', 'b get many0 - 40-50 ok w1.1', 'b get many0 - 9000-9010 ok w1.1'],
		'a deleted value that comes back', [], 1000000, 0, APART],
	['lost', ['a set many0 w1.1/0 0-10', 'b get many0 - 2040-2050 miss'], 'not found', [], 1000000, 0, APART],
	['', ['a set many0 w1.1/0 0-10', 'b get many0 - 40-50 miss'], 'not found yet', [], 1000000, 0, APART],
	['lost', ['a set cond0 w1.1/0 0-10', 'b add cond0 w2.1/0 2040-2050'], 'added over what was there', [], 1000000, 0, APART],
	['unheard', ['a set cond0 w1.1/0 0-10', 'b cas cond0 w2.1/0/w1.1 20-30', 'c cas cond0 w3.1/0/w1.1 40-50'], 'swapped by two hosts', [], 1000000, 0, APART],
	['twice', ['a set cond0 w1.1/0 0-10', 'b cas cond0 w2.1/0/w1.1 20-30', 'c cas cond0 w3.1/0/w1.1 2040-2050'], 'when the second must have heard of the first',
		[], 1000000, 0, APART],
	['twice', ['a set cond0 w1.1/0 0-10', 'b cas cond0 w2.1/0/w1.1 20-30', 'b2 cas cond0 w3.1/0/w1.1 40-50'], 'by one host', [], 1000000, 0, APART],
	['unheard', ['a lock lock0 - 0-10', 'b lock lock0 - 1000-1010'], 'a lock by add of two hosts', [], 1000000, 0, APART],
	['twice', ['a lock lock0 - 0-10', 'b lock lock0 - 2020-2030'], 'when the second must have heard of the first', [], 1000000, 0, APART],
	['twice', ['a hold hold0 - 0-10 ok 5', 'b hold hold0 - 1000-1010 ok 6'], 'McHA::lock() by two hosts', [], 1000000, 0, APART],
	['unheard', ['a increment counter0 - 0-10 ok 1', 'b increment counter0 - 20-30 ok 1'], 'counted by two hosts', [], 1000000, 0, APART],
	['unheard', ['a increment counter0 - 0-10 ok 1', 'a increment counter0 - 20-30 ok 2', 'b increment counter0 - 40-50 ok 2',
		'c increment counter0 - 3000-3010 ok 3'], 'all count on from the younger number', [], 1000000, 0, APART],
	['miscounted', ['a increment counter0 - 0-10 ok 1', 'a increment counter0 - 20-30 ok 2', 'b increment counter0 - 40-50 ok 3',
		'c increment counter0 - 3000-3010 ok 3'], 'a number that went back', [], 1000000, 0, APART],
	['miscounted', ['a increment counter0 - 0-10 ok 1', 'b increment counter0 - 2020-2030 ok 1'], 'when the second must have heard of the first', [], 1000000, 0, APART],
	['miscounted', ['a increment counter0 - 0-10 ok 1', 'a2 increment counter0 - 20-30 ok 1'], 'by one host', [], 1000000, 0, APART],
	['unheard', ['a swap swapped0 1 0-10', 'a swap swapped0 2 20-30', 'b swap swapped0 2 40-50', 'c gets swapped0 - 3000-3010 ok 2'], 'a number, swapped by two hosts',
		[], 1000000, 0, APART],
	['unheard', ['a swap swapped0 1 0-10', 'a swap swapped0 2 20-30', 'a swap swapped0 3 32-34', 'b swap swapped0 2 40-50', 'c gets swapped0 - 3000-3010 ok 2'],
		'from before the last change', [], 1000000, 0, APART],
	['unheard', ['a swap swapped0 1 0-10', 'a swap swapped0 2 20-30', 'b swap swapped0 1 40-50', 'a swap swapped0 2 60-70'],
		'one swaps again what another host has undone', [], 1000000, 0, APART],
	['twice', ['a swap swapped0 1 0-10', 'a swap swapped0 2 20-30', 'a swap swapped0 2 60-70'], 'what none has undone', [], 1000000, 0, APART],
	['stale', ['a swap swapped0 1 0-10', 'a swap swapped0 2 20-30', 'c gets swapped0 - 3000-3010 ok 1'], 'a number that went back', [], 1000000, 0, APART],
	['unheard', ['a visit user0 - 0-10 ok :0', 'a visit user0 - 20-30 ok user0:1', 'b visit user0 - 40-50 ok user0:1'], 'a visit of two hosts', [], 1000000, 0, APART],
	['session', ['a visit user0 - 0-10 ok :0', 'a visit user0 - 20-30 ok user0:1', 'b visit user0 - 3040-3050 ok user0:1'],
		'when the second must have heard of the first', [], 1000000, 0, APART],
	['lost', ['a set log0-0 w1.1 0-10', 'a append log0-0 w1.2 20-30', 'b get log0-0 - 2040-2050 ok |w1.1|'], 'a log that lacks a part', [], 1000000, 0, APART],
	['', ['a set log0-0 w1.1 0-10', 'a append log0-0 w1.2 20-30', 'b get log0-0 - 40-50 ok |w1.1|'], 'not heard of yet', [], 1000000, 0, APART],
	/* nodes */
	['garbled', ["a get many0 - 0-10 unknown # copies 0, position -1; $node: malformed reply"], 'a malformed reply'],
	['', ["a get many0 - 0-10 unknown # copies 0, position -1; $node: malformed reply"], 'of a damaging network', [[0, 5, 'corrupt', $node]]],
	['probes', [
		"a get many0 - 100-600 unknown # copies 0, position -1; $node: timed out",
		...array_map(fn(string $who) => "$who get many0 - 1700-2200 unknown # copies 0, position -1; $node: timed out", ['a', 'b', 'c', 'd']),
	], 'four at once', [[50, 3000, 'blackhole', $node]]],
	['', [
		...array_map(fn(string $who) => "$who get many0 - 100-600 unknown # copies 0, position -1; $node: timed out", ['a', 'b', 'c', 'd']),
		"b get many0 - 1700-2200 unknown # copies 0, position -1; $node: timed out",
	], 'before they know, and one', [[50, 3000, 'blackhole', $node]]],
];
foreach ($cases as $case) {
	[$expected, $lines, $what] = $case;
	usort($lines, fn(string $a, string $b) => (int) explode(' ', $a)[4] <=> (int) explode(' ', $b)[4]);
	is(violations($lines, $case[3] ?? [], $case[4] ?? 1000000, $case[5] ?? 0, more: $case[6] ?? []), $expected, $what);
}

/* Values by type. The value true cannot contain the name of its write: it can be that of a write that began before
 * another one and ended after it. */
$bools = array_values(array_filter(array_map(fn(int $i) => "w1.$i", range(1, 200)), fn(string $token) => Value::type($token, true) === 'bool'));
$lines = ["a set many0 $bools[0]/0 0-100", "b set many0 $bools[1]/0 10-20"];
$other = current(array_filter(array_map(fn(int $i) => "w1.$i", range(1, 200)), fn(string $token) => Value::type($token, true) === 'string'));
is(violations([...$lines, "c set many0 $other/0 30-40", 'd get many0 - 200-210 ok ~'], without: []), '', 'true, by the write that ended last');
is(violations([...$lines, "c set many0 $other/0 110-120", 'd get many0 - 200-210 ok ~'], without: []), 'stale', 'true, where both were written over');
is(violations(["a set short0 $bools[0]/2 0-100 unknown", "b set short0 $bools[1]/2 9000-9020", 'd get short0 - 9200-9210 ok ~'], without: []), '',
	'true, by the write that lives still, beside one of which nothing is known');

foreach (range(1, 200) as $i) {
	$token = "w7.$i";
	$value = Value::typed('many0', $token, true);
	$flags = Value::flags($token, true);
	$name = Value::typedToken('many0', $value, $flags, true);
	ok(Value::isOf($name, $token, true), "$token is known again: $name");
	if ($value !== true) {
		is(Value::typedToken('many0', $value, $flags ^ 1, true)[0], '?', "$token with other flags is not");
		is(Value::typedToken('many0', is_array($value) ? ['yes' => 1] + $value : (string) $value . ' ', $flags, true)[0], '?', "$token of another type is not");
	}
}

done();
?>
--EXPECT--
done
