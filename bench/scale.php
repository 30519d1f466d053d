<?php
/* SPDX-License-Identifier: MIT */
/* Prints the figures of bench/scale.c and bench/scale.inc. $argv: 1 the program compiled from bench/scale.c, then
 * the arguments of bench/scale. */

require __DIR__ . '/markdown.inc';
require __DIR__ . '/scale.inc';

const PARTS = [
	'placement' => 'print_placement',
	'zones' => 'print_zones',
	'cost' => 'print_cost',
	'connections' => 'print_connections',
	'memory' => 'print_memory',
	'health' => 'print_health',
];

/* The rows that the program prints: as their tables. */
function computed(string $words): array
{
	exec(escapeshellarg($GLOBALS['argv'][1]) . " $words", $lines, $status);
	if ($status !== 0) {
		throw new RuntimeException("scale $words failed");
	}
	$tables = [];
	foreach ($lines as $line) {
		$row = json_decode($line, true);
		$tables[$row['table']][] = $row;
	}
	return $tables;
}

/* "100 nodes, weighted, 10 zones, ketama" */
function pool_name(array $row): string
{
	$zones = count(array_unique(str_split($row['zones']))) > 1 ? 'zones of ' . implode(' and ', array_map(fn($part) => "{$part}0 %", str_split($row['zones'])))
		: strlen($row['zones']) . ' zones';
	return "$row[distribution], $row[nodes]" . ($row['weighted'] ? ', weighted' : '') . ($row['zones'] === '' ? '' : ", $zones");
}

/* pool => column => a value computed from the row. */
function columns(array $rows, array $columns): array
{
	$table = [];
	foreach ($rows as $row) {
		$table[pool_name($row)] = array_map(fn(callable $of) => $of($row), $columns);
	}
	return $table;
}

function multiple(string $name): callable
{
	return fn(array $row) => sprintf('%.2f', $row[$name]);
}

function percent(string $name): callable
{
	return fn(array $row) => sprintf('%.2f %%', 100 * $row[$name]);
}

/* Of microseconds, where there are any. */
function milliseconds(string $name): callable
{
	return fn(array $row) => isset($row[$name]) ? sprintf('%.2f', $row[$name] / 1000) : '';
}

function against(string $name): callable
{
	return fn(array $row) => sprintf('%.2f %% (%.2f)', 100 * $row[$name], 100 * $row["$name, least"]);
}

/* --- computed figures ------------------------------------------------------------------------ */

function print_placement(array $options): array
{
	$keys = $options['quick'] ? 50000 : 500000;
	$tables = computed("placement $options[seed] $keys");
	echo "Balance: what the node with the most keys for its weight has, as a multiple of its part, of $keys keys. (By chance: what is left of dice at so many keys.)\n\n";
	print_table('distribution, nodes', columns($tables['balance'], [
		'first copies' => multiple('first'), 'by chance' => multiple('first by chance'),
		'2 copies' => multiple('2 copies'), '3 copies' => multiple('3 copies'), '3, by chance' => multiple('3 by chance'),
	]), '%s');
	echo "Change: keys whose first copy moves, and copies (of two) that have to be made, when a node comes or goes; in brackets what that node itself has: less is not possible.\n\n";
	print_table('distribution, nodes', columns($tables['change'], [
		'first copy, one comes' => against('comes, 1'), 'one goes' => against('goes, 1'),
		'2 copies, one comes' => against('comes, 2'), 'one of them goes' => against('goes, 2'),
	]), '%s');
	echo "Loss of a node: how many take over its keys, and the most that one of them gets on top, in percent of an average node's load.\n\n";
	print_table('distribution, nodes', columns($tables['loss'], [
		'nodes that take over' => fn(array $row) => (string) $row['successors'], 'most' => percent('most'), 'spread evenly' => percent('even'),
	]), '%s');
	return $tables;
}

function print_zones(array $options): array
{
	$tables = computed("zones $options[seed] " . ($options['quick'] ? 20000 : 100000));
	$rows = [];
	foreach ($tables['zone'] as $row) {
		$parts = ['zones' => $row['parts']] + $row;
		$name = pool_name($parts) . ", $row[copies] copies";
		$rows[$name][$row['told'] ? 'keys lost' : 'keys lost, zones untold'] = percent('lost')($row);
		if ($row['told']) {
			$rows[$name] += ['first copies move' => percent('moved')($row), 'copies to be made' => percent('remade')($row), 'busiest survivor' => multiple('busiest')($row)];
		}
	}
	echo "Loss of a whole zone (the first): keys without any copy left; keys that others answer for, copies that have to be made again, and the load of the node that gets most, as a multiple of what it had.\n\n";
	print_table('distribution, nodes, zones', $rows, '%s');
	return $tables;
}

/* Instructions of one placement, by callgrind: the difference between a run with more and one with fewer keys. */
function instructions(string $how, array $row, int $keys): float
{
	$count = function (int $keys) use ($how, $row): int {
		exec('valgrind --tool=callgrind --callgrind-out-file=/dev/null ' . escapeshellarg($GLOBALS['argv'][1])
			. " $how $row[distribution] " . ($row['weighted'] ? '1212141' : '1') . " $row[nodes] $keys 2>&1", $lines);
		preg_match('/Collected : (\d+)/', implode("\n", $lines), $found);
		return (int) ($found[1] ?? throw new RuntimeException('valgrind counts nothing'));
	};
	return ($count(100 + $keys) - $count(100)) / $keys;
}

function print_cost(array $options): array
{
	$tables = computed('times');
	foreach ($tables['time'] as &$row) {
		if ($row['nodes'] <= 1000) {
			$row['instructions'] = instructions('place', $row, $options['quick'] ? 100 : 500);
		}
	}
	unset($row);
	echo "Cost: the first two nodes of a key's list, of a key that was not placed lately and of one that was; and a pool made and ended: from a string, and by as many calls of addServer().\n\n";
	print_table('distribution, nodes', columns($tables['time'], [
		'instructions' => fn(array $row) => isset($row['instructions']) ? sprintf('%.0f', $row['instructions']) : '',
		'microseconds' => multiple('place'), 'again' => multiple('again'), 'a pool, ms' => milliseconds('make'),
		'by addServer()' => milliseconds('make one by one'),
	]), '%s');
	return $tables;
}

/* --- experiments ----------------------------------------------------------------------------- */

function print_connections(array $options): array
{
	[$workers, $nodes] = $options['quick'] ? [10, 5] : [50, 20];
	$rows = connections_by_use($workers, $nodes);
	echo "Connections of $workers workers and $nodes nodes, each worker with keys of its own, of two copies each.\n\n";
	print_table('after', array_map(fn(array $row) => ['connections' => (string) $row['connections'],
		'expected' => isset($row['by chance']) ? sprintf('%.0f', $row['by chance']) : ''], $rows), '%s');
	$reads = reads_after_idling();
	printf("Servers that close idle connections (idle_timeout): copies asked for a read: %.2f; %.2f after connections were closed, %.2f later.\n\n", ...array_values($reads));
	$full = full_server(60, 50);
	echo "One server of three lets in fewer than the 60 workers (-c 50): of $full[operations] operations $full[failed] failed; the server had $full[failures] failures.\n\n";
	return ['by use' => $rows, 'idle' => $reads, 'full' => $full];
}

function print_memory(array $options): array
{
	[$workers, $nodes] = $options['quick'] ? [4, 100] : [10, 500];
	$limit = (int) exec('ulimit -n');
	if ($limit && $limit < ($workers + 1) * $nodes + 300) {
		echo "Memory of connections: this needs a limit of more than $limit open files.\n\n";
		return [];
	}
	$figures = memory_of_connections($workers, $nodes);
	$figures['let in'] = connections_let_in(1024);
	$bytes = ['pool' => "client: a pool's node, not connected", 'client' => 'client: a connection at rest', 'client, all at once' => 'client: what stays of asking all nodes at once, a node',
		'server' => 'server: a connection at rest', 'kernel' => 'kernel: both ends of it'];
	echo "Memory of $figures[connections] connections ($workers workers, $figures[descriptors] each).\n\n";
	print_table('bytes', array_map(fn(string $name) => ['bytes' => sprintf('%.0f', $figures[$name])], array_combine($bytes, array_keys($bytes))), '%s');
	echo "memcached -c 1024 lets in {$figures['let in']} connections.\n\n";
	return $figures;
}

function print_health(array $options): array
{
	$rows = [];
	foreach ($options['quick'] ? [[1, 1], [1, 8], [2, 4]] : [[1, 1], [1, 8], [1, 50], [4, 12]] as [$hosts, $workers]) {
		$rows["$hosts x $workers"] = timeouts($hosts, $workers, $options['quick'] ? 2 : 7);
	}
	echo "A node of five hangs: operations that waited for it (operation_timeout 1000 ms, two copies: half of it), at once and as probes later.\n\n";
	print_table('hosts x workers', array_map(fn(array $row) => array_map(fn(float $number) => sprintf('%.0f', $number), [
		'operations' => $row['operations'], 'failed' => $row['failed'], 'waited at first' => $row['first'], 'all know after (ms)' => $row['known'],
		'probes in ' . ($options['quick'] ? 2 : 7) . ' s' => $row['later'], 'longest (ms)' => $row['longest'],
	]), $rows), '%s');
	return $rows;
}

/* --------------------------------------------------------------------------------------------- */

function usage(): never
{
	fwrite(STDERR, "usage: bench/scale [--quick] [--seed N] [--json FILE] [PART...]\nparts: " . implode(', ', array_keys(PARTS)) . "\n");
	exit(2);
}

$options = ['quick' => false, 'seed' => 1];
$parts = [];
for ($i = 2; $i < $argc; $i++) {
	match (true) {
		$argv[$i] === '--quick' => $options['quick'] = true,
		$argv[$i] === '--seed' && isset($argv[$i + 1]) => $options['seed'] = (int) $argv[++$i],
		$argv[$i] === '--json' && isset($argv[$i + 1]) => $i++,
		isset(PARTS[$argv[$i]]) => $parts[] = $argv[$i],
		default => usage(),
	};
}
$figures = [];
echo "Seed $options[seed].\n\n";
foreach ($parts ?: array_keys(PARTS) as $part) {
	$figures[$part] = (PARTS[$part])($options);
}
write_json($argv, $figures);
