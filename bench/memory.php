<?php
/* SPDX-License-Identifier: MIT */
/* Prints what bench/memory.inc counts. Run it by bench/memory. */

require __DIR__ . '/markdown.inc';
require __DIR__ . '/memory.inc';
require dirname(__DIR__) . '/tests/cost/budgets.inc';

const POOLS = ['first' => 'first pool, idle', 'idle' => 'pool, idle', 'connected' => 'pool, connected', 'used' => 'pool, used'];
const PRIVATE_POOLS = ['idle, private' => 'pool, idle', 'connected, private' => 'pool, connected', 'used, private' => 'pool, used'];
const PEAKS = ['getMulti' => 'getMulti', 'setMulti' => 'setMulti'];

/* Words => client => number, for the figures with these names. */
function rows(array $figures, array $names, float $unit): array
{
	$rows = [];
	foreach ($names as $name => $words) {
		$rows[$words] = array_map(fn(array $byName) => $byName[$name] / $unit, $figures);
	}
	return $rows;
}

/* Prints the budgets for the present figures. */
function print_budgets(array $figures): void
{
	echo "const MEMORY = [\n";
	foreach (MEMORY as $client => $budgets) {
		foreach ($budgets as $name => $budget) {
			$now = (1 + ROOM) * $figures[$client][$name] / (isset(PEAKS[$name]) ? 1 : 1024);
			$budgets[$name] = sprintf(isset(PEAKS[$name]) ? "'%s' => %.2F" : "'%s' => %.0F", $name, min($now, GOALS['memory'][$client][$name] ?? INF));
		}
		echo "\t'$client' => [", implode(', ', $budgets), "],\n";
	}
	echo "];\n";
}

$folder = new Folder();
$counter = heap_counter($folder);
if (!$counter) {
	fwrite(STDERR, "bench/memory: bench/heap.c cannot be compiled\n");
	exit(1);
}
$cluster = new Cluster(3);
$figures = [];
foreach (array_filter(array_keys(CLIENTS), is_there(...)) as $client) {
	$figures[$client] = count_memory($cluster, $client, $counter);
}
if (in_array('--budgets', $argv)) {
	print_budgets($figures);
	exit;
}

echo "A persistent pool of 3 nodes, in KiB: connected by a setMulti of small values, used by one and a getMulti of 100 x 512 bytes.\n";
echo "(pecl memcache has none: objects that are kept, each with connections of its own.)\n\n";
print_table('allocated', rows($figures, POOLS, 1024), '%.1f');
print_table('private, by the kernel', rows($figures, PRIVATE_POOLS, 1024), '%.1f');
echo "A batch of 1000 x 1 KiB: the most that is allocated during it, as a multiple of the values in PHP\n\n";
print_table('batch', rows($figures, PEAKS, 1), '%.2f');
write_json($argv, $figures);
