<?php
/* SPDX-License-Identifier: MIT */
/* Times the same operations through several clients, each in a process of its own that stays for the whole run. The
 * clients take turns in every round, so that whatever else the machine does meets all of them; what counts are the
 * ratios within a round, of which the median and the extremes are printed. */

require dirname(__DIR__) . '/tests/lib/bad_server.inc';
require dirname(__DIR__) . '/tests/lib/child.inc';
require dirname(__DIR__) . '/tests/lib/cluster.inc';

/* name => [worker's client, its argument, other settings, other extensions than McHA] */
const CONTENDERS = [
	'McHA, 1 copy' => ['mcha', 1, [], null],
	'McHA, 2 copies' => ['mcha', 2, [], null],
	'McHA, 3 copies' => ['mcha', 3, [], null],
	'memcached, text' => ['memcached', 0, [], Child::PECL_MEMCACHED],
	'memcached, binary' => ['memcached', 1, [], Child::PECL_MEMCACHED],
	'memcache, 1 copy' => ['memcache', 1, ['memcache.redundancy' => 1, 'error_reporting' => E_ALL & ~E_DEPRECATED], Child::PECL_MEMCACHE],
	'memcache, 3 copies' => ['memcache', 3, ['memcache.redundancy' => 3, 'error_reporting' => E_ALL & ~E_DEPRECATED], Child::PECL_MEMCACHE],
];
const BASE = 'McHA, 1 copy';
const WORKLOADS = ['set', 'get', 'delete', 'increment', 'setMulti', 'getMulti'];
const WORDS = ['set' => 'set 512 bytes', 'get' => 'get 512 bytes', 'delete' => 'delete', 'increment' => 'increment',
	'setMulti' => 'set 100 keys', 'getMulti' => 'get 100 keys'];

/* @param float[] $values */
function median(array $values): float
{
	sort($values);
	$middle = intdiv(count($values), 2);
	return count($values) % 2 ? $values[$middle] : ($values[$middle - 1] + $values[$middle]) / 2;
}

function spread(array $ratios): string
{
	return sprintf('%5.2f  (%.2f..%.2f)', median($ratios), min($ratios), max($ratios));
}

/* The processors that this run may use. */
function processors(): array
{
	preg_match('/^Cpus_allowed_list:\s*(\S+)/m', file_get_contents('/proc/self/status'), $found);
	$numbers = [];
	foreach (explode(',', $found[1]) as $range) {
		[$first, $last] = [...explode('-', $range), null];
		array_push($numbers, ...range((int) $first, (int) ($last ?? $first)));
	}
	return $numbers;
}

/* Clients on one processor and servers on the others, as on machines of their own. Left to itself, a system with
 * little else to do runs a client and a server that take turns on one processor, where three servers cannot work at
 * the same time; what is timed then is what the servers have to do. */
function separate(Cluster $cluster): string
{
	$processors = processors();
	if (count($processors) < 2) {
		return 'all on one processor: copies cannot be written at the same time here';
	}
	$first = array_shift($processors);
	exec("taskset -c -p $first " . getmypid() . ' 2>&1', $output, $status);
	foreach (array_keys($cluster->nodes) as $i) {
		exec('taskset -a -c -p ' . implode(',', $processors) . ' ' . $cluster->pid($i) . ' 2>&1', $output, $failed);
		$status |= $failed;
	}
	return $status ? 'wherever the system puts them: ' . end($output)
		: "clients on processor $first, servers on " . implode(', ', $processors);
}

/* @param string[] $names of contenders
 * @return Child[] those that can run here */
function start(string $servers, array $names): array
{
	$workers = [];
	foreach (array_intersect_key(CONTENDERS, array_flip($names)) as $name => [$client, $argument, $ini, $extensions]) {
		if ($extensions !== null && !has_extensions($extensions)) {
			echo "($name: not installed)\n";
			continue;
		}
		$workers[$name] = new Child('require $argv[1];', [__DIR__ . '/worker.php', $client, $argument, $servers], $ini, $extensions);
		if ($workers[$name]->hear() !== 'ready') {
			exit("$name: " . $workers[$name]->finish());
		}
	}
	return $workers;
}

/* workload => name => microseconds per operation, one a round */
function measure(array $workers, array $workloads, int $rounds, int $operations): array
{
	$times = [];
	for ($round = -1; $round < $rounds; $round++) { /* the first is for warming up */
		foreach ($workloads as $workload) {
			$names = array_keys($workers);
			$shift = max(0, $round) % count($names);
			foreach ([...array_slice($names, $shift), ...array_slice($names, 0, $shift)] as $name) {
				$count = str_ends_with($workload, 'Multi') ? max(1, intdiv($operations, 20)) : $operations;
				$workers[$name]->tell("$workload $count");
				$answer = $workers[$name]->hear();
				if (!is_numeric($answer)) {
					exit("$name, $workload: $answer\n");
				}
				if ($round >= 0) {
					$times[$workload][$name][] = $answer / $count;
				}
			}
		}
	}
	return $times;
}

function ratios(array $times, string $name, string $base): array
{
	return array_map(fn($time, $other) => $time / $other, $times[$name], $times[$base]);
}

function print_ratios(array $times, array $pairs): void
{
	foreach ($pairs as $words => [$name, $base]) {
		if (isset($times[$name], $times[$base])) {
			printf("  %-36s %s\n", $words, spread(ratios($times, $name, $base)));
		}
	}
}

const THREE_COPIES = [
	'McHA, 3 copies / 1 copy' => ['McHA, 3 copies', BASE],
	'McHA, 2 copies / 1 copy' => ['McHA, 2 copies', BASE],
	'McHA / memcache, both 3 copies' => ['McHA, 3 copies', 'memcache, 3 copies'],
];

[$rounds, $operations] = [(int) ($argv[1] ?? 15), (int) ($argv[2] ?? 1000)];
$cluster = new Cluster(3);
$places = separate($cluster);
$workers = start($cluster->servers(), array_keys(CONTENDERS));
echo "3 memcacheds on loopback, $rounds interleaved rounds of $operations operations (of 100 keys: a twentieth)\n$places\n";
echo 'Time as a multiple of ' . BASE . ": the median of the rounds' ratios (least..greatest)\n";
$times = measure($workers, WORKLOADS, $rounds, $operations);
foreach ($times as $workload => $byName) {
	printf("\n%-16s %s takes %.1f microseconds\n", WORDS[$workload], BASE, median($byName[BASE]));
	foreach (array_keys($byName) as $name) {
		if ($name !== BASE) {
			printf("  %-20s %s\n", $name, spread(ratios($byName, $name, BASE)));
		}
	}
}
array_map(fn(Child $worker) => $worker->finish(), $workers);

echo "\nset 512 bytes, on loopback\n";
print_ratios($times['set'], THREE_COPIES);

/* As a network would have it: the answer is a millisecond away, and waiting is most of the time. */
$fronts = array_map(fn(Node $node) => new BadServer([['late' => 0.001]], $node), $cluster->nodes);
$workers = start(implode(',', array_map(fn(BadServer $front) => $front->name, $fronts)),
	array_merge(...array_values(THREE_COPIES)));
$times = measure($workers, ['set'], $rounds, max(1, intdiv($operations, 20)));
echo "\nset 512 bytes, to servers a millisecond away: what is waited for\n";
print_ratios($times['set'], THREE_COPIES);
array_map(fn(Child $worker) => $worker->finish(), $workers);
