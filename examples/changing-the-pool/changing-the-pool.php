<?php
/* SPDX-License-Identifier: MIT */
require dirname(__DIR__) . '/lib/example.inc';
require __DIR__ . '/purge.inc';

const VALUES = 2000;
const TTL = 3600;
const FIVE = ['A', 'B', 'C', 'D', 'E'];
const CHANGES = [ /* what becomes of A to E */
	'one added' => ['A', 'B', 'C', 'D', 'E', 'F'],
	'one removed' => ['A', 'B', 'C', 'D'],
	'one replaced' => ['A', 'B', 'C', 'D', 'F'],
	'two added' => ['A', 'B', 'C', 'D', 'E', 'F', 'G'],
	'two removed' => ['A', 'B', 'C'],
	'two replaced' => ['A', 'B', 'C', 'F', 'G'],
];

$example = new Example(['A', 'B', 'C', 'D', 'E', 'F', 'G'], 'Values written before a change of the pool, read after it.');
$values = example_values(VALUES);
$keys = array_keys($values);
$zones = array_combine($example->names, array_map(fn(int $i) => 'zone=' . 'xy'[$i % 2], array_keys($example->names)));

/* The pools of the writing client and of the reading client, which does not repair, so that reads change nothing. */
$clientOf = fn(array $names, array $options, array $zones) => $example->client($example->pool($zones, $names),
	$options + [McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
$write = function (array $options, array $zones) use ($example, $clientOf, $values): McHA {
	$example->cluster->empty(...array_keys($example->names));
	$client = $clientOf(FIVE, $options, $zones);
	$client->setMulti($values, TTL);
	return $client;
};
$percent = fn(int $count) => sprintf('%7.1f %%', 100 * $count / VALUES);
$homes = fn(McHA $client, string $key) => array_map(fn(array $node) => $node['port'],
	array_filter($client->getReplicas($key), fn(array $node) => $node['role'] === 'home'));

/* Returns the number of values that cannot be read. */
$measure = function (string $change, array $options, array $zones = []) use ($keys, $clientOf, $write, $homes, $percent): int {
	$old = $write($options, $zones);
	$new = $clientOf(CHANGES[$change], $options + [McHA::OPT_READ_REPAIR => false], $zones);
	$first = $short = 0;
	foreach ($keys as $key) {
		[$had, $has] = [$homes($old, $key), $homes($new, $key)];
		$first += $had[0] !== $has[0];
		$short += array_diff($has, $had) !== [];
	}
	$unreadable = VALUES - count($new->getMulti($keys));
	printf("%-14s | %s     | %s    | %s\n", $change, $percent($first), $percent($short), $percent($unreadable));
	return $unreadable;
};
$table = function (string $title, array $changes, array $options, array $zones = []) use ($measure): array {
	echo "\n$title\n               | first elsewhere | a copy missing | not readable\n---------------+-----------------+----------------+-------------\n";
	return array_combine($changes, array_map(fn(string $change) => $measure($change, $options, $zones), $changes));
};

$two = $table('Five nodes, two copies:', array_keys(CHANGES), []);
$example->claim('one node more or less: everything is readable', $two['one added'] + $two['one removed'] === 0);
$example->claim('two at once are too many for two copies', $two['two added'] > 0 && $two['two removed'] > 0);
$three = $table('Three copies:', array_keys(CHANGES), [McHA::OPT_NUMBER_OF_REPLICAS => 2]);
$example->claim('three copies stand two nodes more or less', $three['two added'] + $three['two removed'] === 0);
$example->claim('and one replaced at once', $three['one replaced'] === 0);
$ring = $table('Two copies, two zones:', ['one added', 'one removed'], [], $zones);
$example->claim('a first node in the other zone takes the second copy along', $ring['one added'] > 0 && $ring['one removed'] > 0);
$high = $table('Two copies, two zones, mcha.distribution=rendezvous:', ['one added', 'one removed'],
	[McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_RENDEZVOUS], $zones);
$example->claim('rendezvous keeps all of it readable', array_sum($high) === 0);

/* With the previous pool in mcha.previous_servers all values are readable, and reads migrate them to their home
 * nodes. */
$example->say('The same changes, with the previous pool in mcha.previous_servers.');
$previous = [McHA::OPT_PREVIOUS_SERVERS => $example->pool([], FIVE)];
foreach (CHANGES as $change => $names) {
	$write([], []);
	$client = $clientOf($names, $previous, []);
	$unreadable = VALUES - count($client->getMulti($keys));
	$left = VALUES - count($clientOf($names, [McHA::OPT_READ_REPAIR => false], [])->getMulti($keys));
	$example->claim("$change: all values are readable, and reads have migrated them to their home nodes", $unreadable === 0 && $left === 0);
}
$old = $write([], []);
$client = $clientOf(CHANGES['two replaced'], $previous, []);
$done = purge($client);
$left = VALUES - count($clientOf(CHANGES['two replaced'], [McHA::OPT_READ_REPAIR => false], [])->getMulti($keys));
$items = array_map(fn(string $name) => $example->cluster->items($example->index($name)), ['D', 'E']);
$example->claim("two replaced, and purged instead of waiting ($done[given] copies stored, $done[taken] deleted): all values are readable without"
	. ' the previous pool, and D and E are empty', $left === 0 && $items === [0, 0]);
$old = $write([], []);
$new = array_slice(example_values(VALUES, 2), VALUES / 2);
$client->setMulti($new, TTL);
$client->deleteMulti(array_slice($keys, 0, VALUES / 2));
$count = array_sum(array_map(fn(string $key) => !in_array($old->get($key), [false, $new[$key] ?? false], true), $keys));
$example->claim('after a value is written again or deleted, no client reads the old value, not even with the previous pool', $count === 0);

$example->say('F is added, and A is removed later.');
$added = $clientOf(CHANGES['one added'], [], []);
$then = $clientOf(['B', 'C', 'D', 'E', 'F'], [McHA::OPT_READ_REPAIR => false], []);
$write([], []);
/* A read waits only briefly for the answers of other replicas: on a slow machine several reads are needed. */
for ($tries = 0, $lost = VALUES; $lost > 0 && $tries < 100; $tries++) {
	usleep($tries ? 200000 : 0);
	$added->getMulti($keys);
	$lost = VALUES - count($then->getMulti($keys));
}
$example->claim('read once in between: no value is lost, because F was started within the last hour, so reads look for missing copies on F', $lost === 0);
$write([], []);
$done = purge($added);
$lost = VALUES - count($then->getMulti($keys));
$example->claim("purged in between ($done[given] copies stored, $done[taken] deleted): no value is lost", $lost === 0);

$example->say('F is added, everything is written anew or deleted, and F is taken out again.');
$new = array_slice(example_values(VALUES, 2), VALUES / 2);
$deleted = array_slice($keys, 0, VALUES / 2);
foreach ([false, true] as $purges) {
	$old = $write([], []);
	if ($purges) {
		purge($added);
	}
	$added->setMulti($new, TTL);
	$added->deleteMulti($deleted);
	$count = array_sum(array_map(fn(string $key) => $old->get($key) !== ($new[$key] ?? false), $keys));
	$example->claim($purges ? 'purged when F had been added: nothing old is read' : "not purged: $count are read as they were before", ($count > 0) !== $purges);
}
$example->end();
