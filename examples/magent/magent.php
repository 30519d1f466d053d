<?php
/* SPDX-License-Identifier: MIT */
require dirname(__DIR__) . '/lib/example.inc';

const VALUES = 1000;
const TTL = 3600;

$example = new Example(['A', 'B', 'X', 'Y'], "As with magent's -s A -s B -b X -b Y: two primaries, and two backups that are read when a primary fails.");
$pool = $example->pool(['X' => 'role=backup', 'Y' => 'role=backup']);
$client = $example->client($pool);
$alone = $example->client($example->pool(names: ['A', 'B']));
$values = example_values(VALUES);
$keys = array_keys($values);

$client->setMulti($values, TTL);
$example->head(VALUES);
$all = $example->row('all are up', $client, $values);
$pairs = array_count_values(array_map(fn(string $key) => implode('', $example->holders($client, $key)), $keys));
$example->claim('every value has one copy on a primary and one on a backup', array_diff(array_keys($pairs), ['AX', 'AY', 'BX', 'BY']) === []);
$example->claim('its primary is the one that it has without backups',
	array_filter($keys, fn(string $key) => $client->getServerByKey($key) !== $alone->getServerByKey($key)) === []);
$example->claim('no backup was asked for anything', $all['X'] + $all['Y'] === 0 && $all['lost'] === 0);

$example->say('A is killed.');
$example->kill('A');
$dead = $example->row('A is dead', $client, $values);
$example->claim("the backups answered for A's keys, nothing is lost",
	[$dead['X'] + $dead['Y'], $dead['B'], $dead['lost'], $dead['old']] === [$all['A'], $all['B'], 0, 0]);
$values = example_values(VALUES, 2);
$example->claim('all values can be written', $client->setMulti($values, TTL));

$example->say('B is killed too: no primary is left.');
$example->kill('B');
$dead = $example->row('A and B are dead', $client, $values);
$example->claim('the backups answered for all, with what was written last', $dead['X'] + $dead['Y'] === VALUES);
$values = example_values(VALUES, 3);
$example->claim('all values can be written', $client->setMulti($values, TTL));

$example->say('A and B are restarted, empty.');
$example->restart($client, 'A', 'B');
$back = $example->row('A and B are back', $client, $values);
$example->claim('nothing is lost or old', $back['lost'] + $back['old'] === 0);
$example->readUntilSettled($client, $keys);
$again = $example->row('read again', $client, $values);
$example->claim('reading has refilled them: they answer for all their keys again', [$again['A'], $again['B']] === [$all['A'], $all['B']]);
$example->claim('every value has both of its copies, with its remaining life', $example->complete($client, $keys, TTL) === VALUES);
$example->end();
