<?php
/* SPDX-License-Identifier: MIT */
require dirname(__DIR__) . '/lib/example.inc';

const VALUES = 1000;
const TTL = 3600;

$example = new Example(['A', 'B', 'C'], 'AllSyncRoute for sets, RandomRoute over MissFailoverRoute for gets: everything on three nodes, read from any.');
$setUp = [McHA::OPT_NUMBER_OF_REPLICAS => 2, McHA::OPT_READ_POLICY => 'balanced', McHA::OPT_MISS_FAILOVER => 'always'];
$client = $example->client($example->pool(), $setUp);
$allSync = $example->client($example->pool(), $setUp + [McHA::OPT_WRITE_QUORUM => 'all']);
$version = 1;
$values = example_values(VALUES, $version);
$keys = array_keys($values);
$shares = fn(array $row) => min($row['A'], $row['B'], $row['C']) > VALUES / 5 && $row['A'] + $row['B'] + $row['C'] === VALUES;

$allSync->setMulti($values, TTL);
$example->head(VALUES);
$row = $example->row('all are up', $client, $values);
$example->claim('every node has everything, and each answers for about a third', $shares($row) && $example->complete($client, $keys, TTL) === VALUES);

foreach (['B', 'A'] as $dead) {
	$others = array_values(array_diff($example->names, [$dead]));
	$example->say("$dead is killed.");
	$example->kill($dead);
	$row = $example->row("$dead is dead", $client, $values);
	$example->claim('the other two answer, nothing is lost', $row[$others[0]] + $row[$others[1]] === VALUES);
	$values = example_values(VALUES, ++$version);
	$example->claim("write_quorum=all: false, as AllSyncRoute's reply is its worst", !$allSync->set('value:0', $values['value:0'], TTL));
	$example->claim('but two have it', array_values($example->cluster->copies('value:0')) === [$values['value:0'], $values['value:0']]);
	$example->claim('write_quorum=one: true', $client->setMulti($values, TTL));

	$example->say("$dead is restarted, empty.");
	$example->restart($client, $dead);
	$row = $example->row("$dead is back", $client, $values);
	$example->claim('nothing is lost or old', $row['lost'] + $row['old'] === 0);
	$example->readUntilSettled($client, $keys);
	$row = $example->row('read again', $client, $values);
	$example->claim('reading has refilled it: each answers for about a third', $shares($row));
	$example->claim('every node has everything, with its remaining life', $example->complete($client, $keys, TTL) === VALUES);
}

$example->say('A copy is lost, by eviction for example: deleted behind the back of the others.');
$example->cluster->delete($example->index('C'), 'value:7');
for ($reads = $misses = 0; $example->cluster->holds($example->index('C'), 'value:7') === null && $reads < 1000; $reads++) {
	$misses += $client->get('value:7') !== $values['value:7'];
}
$example->claim('a miss goes on to the others, and the copy is back', $reads < 1000 && $misses === 0);
$example->end();
