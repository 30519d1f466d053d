<?php
/* SPDX-License-Identifier: MIT */
/* One client of bench/memory. $argv: 1 the client, 2 its copies or protocol, 3 the servers, 4 what to measure. Prints
 * name => figure as JSON. */

require __DIR__ . '/counted.inc';
require __DIR__ . '/makers.inc';

const POOLS = 50;
const BATCH = 1000; /* keys */
const SIZE = 1024; /* bytes of a value */

function held(): int
{
	return (int) sys_getloadavg()[0];
}

/* The most bytes held during $call, minus the bytes held before. */
function most(callable $call): int
{
	$before = held();
	$call();
	return (int) sys_getloadavg()[1] - $before;
}

/* The private memory of this process, by the kernel. */
function private_bytes(): int
{
	preg_match_all('/^Private_\w+:\s+(\d+) kB$/m', file_get_contents('/proc/self/smaps_rollup'), $found);
	return 1024 * array_sum($found[1]);
}

function names(int $count): array
{
	return array_map(fn(int $i) => "bench:held:$i", range(0, $count - 1));
}

function items(array $names, int $size): array
{
	$items = [];
	foreach ($names as $i => $name) {
		$items[$name] = str_repeat(chr(65 + $i % 26), $size);
	}
	return $items;
}

/* Runs $call with the $n-th pool. Between calls the pool has no object. (pecl memcache has no persistent pools, so
 * its objects stay.) */
function turn(int $n, ?callable $call): void
{
	global $argv, $kept;
	$client = $kept[$n] ?? ("$argv[1]_client")($argv[3], (int) $argv[2], "pool$n");
	if ($call && !$call($client)) {
		throw new RuntimeException('it did not do what it should');
	}
	if ($client instanceof MemcachePool) {
		$kept[$n] = $client;
	}
}

/* Name => bytes of a pool after each step of its life; first: including the costs that occur once. */
function pools(callable $held): array
{
	$few = items(names(KEYS), 1);
	$many = items(names(KEYS), 512);
	$life = [
		'idle' => null,
		'connected' => fn(object $client) => $client->setMulti($few),
		'used' => fn(object $client) => $client->setMulti($many) && $client->getMulti(array_keys($many)) == $many,
	];
	$before = $held();
	turn(0, null);
	$figures = ['first' => $held() - $before];
	array_map(fn(?callable $call) => turn(0, $call), $life);
	$before = $held();
	foreach ($life as $name => $call) {
		for ($n = 1; $n <= POOLS; $n++) {
			turn($n, $call);
		}
		$figures[$name] = ($held() - $before) / POOLS;
	}
	return $figures;
}

/* The most bytes held during a batch, including the values, as a multiple of an array of the values. */
function peak(string $method): array
{
	$client = ("{$GLOBALS['argv'][1]}_client")($GLOBALS['argv'][3], (int) $GLOBALS['argv'][2]);
	$client->setMulti(items(array_slice(names(BATCH), 0, KEYS), 1)); /* connects */
	$keys = names(BATCH);
	$before = held();
	$items = items($keys, SIZE);
	$size = held() - $before;
	if ($method === 'setMulti') {
		return ['setMulti' => 1 + most(fn() => $client->setMulti($items)) / $size];
	}
	unset($items);
	$client->getMulti($keys); /* while servers were just started, the first read of a key asks all replicas */
	$found = [];
	$most = most(function () use ($client, $keys, &$found) {
		$found = $client->getMulti($keys);
	});
	if (count($found) !== BATCH) {
		throw new RuntimeException('values are missing');
	}
	return ['getMulti' => $most / $size];
}

set_error_handler(fn($level, $message, $file, $line) => throw new ErrorException($message, 0, $level, $file, $line), E_ALL & ~E_DEPRECATED);
$kept = [];
echo json_encode(match ($argv[4]) {
	'pools' => pools(held(...)),
	'private' => array_combine(['first, private', 'idle, private', 'connected, private', 'used, private'], pools(private_bytes(...))),
	default => peak($argv[4]),
}), "\n";
