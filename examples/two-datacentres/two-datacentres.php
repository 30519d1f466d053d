<?php
/* SPDX-License-Identifier: MIT */
require dirname(__DIR__) . '/lib/example.inc';

const VALUES = 1000;
const TTL = 3600;

$example = new Example(['a1', 'a2', 'b1', 'b2'], 'Two data centres, a and b, and a web server in each. Every value is in both.');
$pool = $example->pool(['a1' => 'zone=a', 'a2' => 'zone=a', 'b1' => 'zone=b', 'b2' => 'zone=b']);
$nearest = [McHA::OPT_READ_POLICY => 'nearest'];
$inA = $example->client($pool, $nearest + [McHA::OPT_LOCAL_ZONE => 'a']);
$inB = $example->client($pool, $nearest + [McHA::OPT_LOCAL_ZONE => 'b']);
$all = $example->client($pool, [McHA::OPT_WRITE_QUORUM => 'all']);
$allWithoutStandIns = $example->client($pool, [McHA::OPT_WRITE_QUORUM => 'all', McHA::OPT_FAILOVER_TTL => 0]);
$values = example_values(VALUES);
$keys = array_keys($values);
$zones = fn(string $key) => implode('', array_map(fn(string $name) => $name[0], $example->holders($inA, $key)));

$inA->setMulti($values, TTL);
$example->head(VALUES);
$a = $example->row('read in a', $inA, $values);
$b = $example->row('read in b', $inB, $values);
$example->claim('each data centre reads its own copies', $a['a1'] + $a['a2'] === VALUES && $b['b1'] + $b['b2'] === VALUES);
$example->claim('every value is in both', array_filter($keys, fn(string $key) => !in_array($zones($key), ['ab', 'ba'], true)) === []);
$example->claim('write_quorum=all: true, both have it', $all->set('order', 'paid') && $all->getLastReplication()['acknowledged'] === 2);

$example->say('Data centre b hangs (SIGSTOP): its nodes do not answer, and keep their data.');
$example->stop('b1', 'b2');
$a = $example->row('read in a', $inA, $values);
$example->claim('reading in a does not notice', $a['a1'] + $a['a2'] === VALUES);
$values = example_values(VALUES, 2);
$deleted = array_slice($keys, 0, 100);
$values = array_diff_key($values, array_flip($deleted));
$example->claim('write_quorum=one: all values can be written', $inA->setMulti($values, TTL));
$example->claim('and deleted', !in_array(false, array_map(fn($result) => $result === true, $inA->deleteMulti($deleted)), true));
$example->claim('the other node of a is the handoff node: two copies, both in a', $zones('value:200') === 'aa');
$example->claim('write_quorum=all: true, copies on handoff nodes count', $all->set('order', 'sent'));
$example->claim('write_quorum=all, failover_ttl=0: false, as not both have it', !$allWithoutStandIns->set('order', 'sent again'));
$example->claim('what was written stays', $inA->get('order') === 'sent again');

$example->say('Data centre b goes on, with its old data.');
$example->go($inA, 'b1', 'b2');
$b = $example->row('read in b', $inB, $values);
$example->claim('nothing old is read in b', $b['old'] + $b['lost'] === 0 && $inB->getMulti($deleted) === [] && $inB->get('order') === 'sent again');
$example->readUntilSettled($inB, [...$keys, 'order']);
$b = $example->row('read in b again', $inB, $values);
$example->claim('the hints were replayed: b reads its own copies again', $b['b1'] + $b['b2'] === count($values));
$old = array_filter($values, fn(string $value, string $key) => array_diff($example->cluster->copies($key), [$value]) !== [], ARRAY_FILTER_USE_BOTH);
$example->claim('no node holds anything old', $old === [] && array_filter($deleted, fn(string $key) => $example->cluster->copies($key) !== []) === []);

$example->say('Data centre b is killed.');
$example->kill('b1', 'b2');
$b = $example->row('read in b', $inB, $values);
$example->claim('b reads in a, nothing is lost', $b['a1'] + $b['a2'] === count($values));

$example->say('It is restarted, empty.');
$example->restart($inA, 'b1', 'b2');
$b = $example->row('read in b', $inB, $values);
$example->claim('nothing is lost or old', $b['lost'] + $b['old'] === 0);
$example->readUntilSettled($inB, [...$keys, 'order']);
$b = $example->row('read in b again', $inB, $values);
$example->claim('reading has refilled it', $b['b1'] + $b['b2'] === count($values));
$example->claim('every value is in both data centres, with its remaining life', $example->complete($inA, array_keys($values), TTL) === count($values));
$example->end();
