<?php
/* SPDX-License-Identifier: MIT */
/* Prints what bench/instructions.inc counts. Run it by bench/instructions. */

require __DIR__ . '/instructions.inc';
require __DIR__ . '/markdown.inc';
require dirname(__DIR__) . '/tests/cost/budgets.inc';

const RATIOS = [
	'McHA / memcached, text' => ['McHA, 1 copy', 'memcached, text'],
	'McHA / memcached, binary' => ['McHA, 1 copy', 'memcached, binary'],
	'McHA / memcache' => ['McHA, 1 copy', 'memcache, 1 copy'],
	'McHA / memcache, both 3 copies' => ['McHA, 3 copies', 'memcache, 3 copies'],
	'McHA, 3 copies / 1 copy' => ['McHA, 3 copies', 'McHA, 1 copy'],
];
const SPLIT = ['McHA, 1 copy', 'McHA, 3 copies']; /* by layer and by function */
const MOST = 15; /* functions */

function operation_name(string $operation): string
{
	return OPERATIONS[$operation][3] > 1 ? "$operation of " . OPERATIONS[$operation][3] . ', per key' : $operation;
}

/* Operation => client => the result of $figure. */
function figures(array $profiles, callable $figure): array
{
	$figures = [];
	foreach (array_diff(array_keys(OPERATIONS), [EMPTY_LOOP]) as $operation) {
		foreach ($profiles as $client => $byOperation) {
			$figures[operation_name($operation)][$client] = $figure($byOperation, $operation);
		}
	}
	return $figures;
}

/* Operation => "client by client" => ratio. */
function ratios(array $costs): array
{
	$ratios = [];
	foreach ($costs as $operation => $byClient) {
		foreach (RATIOS as $words => [$client, $base]) {
			if (isset($byClient[$client], $byClient[$base])) {
				$ratios[$operation][$words] = $byClient[$client] / $byClient[$base];
			}
		}
	}
	return $ratios;
}

/* Function => [inclusive, own instructions]: the functions with the most own instructions. */
function dearest(Profile $profile): array
{
	arsort($profile->own);
	$functions = [];
	foreach (array_slice($profile->own, 0, MOST) as $function => $own) {
		$functions[$function] = ['with what it calls' => $profile->inclusive[$function] / KEYS, 'its own' => $own / KEYS];
	}
	return $functions;
}

/* Adds no room to whole numbers; the share of a batch in the cost of a key may vary. */
function with_room(float $calls): float
{
	return $calls == round($calls) ? $calls : ceil(10 * (1 + ROOM) * $calls) / 10;
}

/* Prints the budgets for the present figures. */
function print_budgets(array $profiles): void
{
	echo "const INSTRUCTIONS = [\n";
	foreach (INSTRUCTIONS as $client => $budgets) {
		$ratio = fn(string $operation) => cost($profiles[$client], $operation) / cost($profiles[MEASURE], $operation);
		foreach ($budgets as $operation => $budget) {
			$now = ceil(1000 * (1 + ROOM_FOR_INSTRUCTIONS) * $ratio($operation)) / 1000;
			$budgets[$operation] = sprintf("'%s' => %.3F", $operation, min($now, GOALS['instructions'][$client][$operation] ?? INF));
		}
		echo "\t'$client' => [", implode(', ', $budgets), "],\n";
	}
	echo "];\nconst ALLOCATIONS = [\n";
	foreach (ALLOCATIONS as $client => $budgets) {
		foreach ($budgets as $operation => $budget) {
			$now = array_map(fn(string $allocator) => with_room(allocations($profiles[$client], $operation, $allocator)), array_keys(ALLOCATORS));
			$budgets[$operation] = "'$operation' => [" . implode(', ', $now) . ']';
		}
		echo "\t'$client' => [", implode(', ', $budgets), "],\n";
	}
	echo "];\n";
}

if (!can_profile()) {
	fwrite(STDERR, "bench/instructions: valgrind is not there\n");
	exit(1);
}
$cluster = new Cluster(3);
$profiles = [];
foreach (array_filter(array_keys(CLIENTS), is_there(...)) as $client) {
	$profiles[$client] = count_instructions($cluster, $client, array_keys(OPERATIONS));
}
if (in_array('--budgets', $argv)) {
	print_budgets($profiles);
	exit;
}

$costs = figures($profiles, cost(...));
$allocations = [];
foreach (array_keys(ALLOCATORS) as $allocator) {
	$allocations[$allocator] = figures($profiles, fn($byOperation, $operation) => allocations($byOperation, $operation, $allocator));
}
$layers = $functions = [];
foreach (SPLIT as $client) {
	foreach (array_diff_key($profiles[$client], [EMPTY_LOOP => 1]) as $operation => $profile) {
		$layers[$client][operation_name($operation)] = cost_by_layer($profile);
		$functions[$client][operation_name($operation)] = dearest($profile);
	}
}
$loop = $profiles[SPLIT[0]][EMPTY_LOOP]->instructions / KEYS;

echo "Instructions in user space per operation (512 bytes, 3 nodes; the loop around it, $loop, is taken off)\n\n";
print_table('operation', $costs, '%.0f');
echo "Ratios\n\n";
print_table('operation', ratios($costs), '%.2f');
foreach ($layers as $client => $rows) {
	echo "$client: whose instructions they are (the loop's are zend's)\n\n";
	print_table('operation', $rows, '%.0f');
}
foreach ($allocations as $allocator => $rows) {
	echo "Calls of $allocator and the like per operation\n\n";
	print_table('operation', $rows, '%.2f');
}
if (in_array('--functions', $argv)) {
	foreach ($functions as $client => $byOperation) {
		foreach ($byOperation as $operation => $rows) {
			print_table("$client: $operation", $rows, '%.0f');
		}
	}
}
write_json($argv, ['loop' => $loop, 'instructions' => $costs, 'ratios' => ratios($costs), 'layers' => $layers,
	'allocations' => $allocations, 'functions' => $functions]);
