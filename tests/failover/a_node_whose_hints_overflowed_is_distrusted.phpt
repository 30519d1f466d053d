--TEST--
A node that missed more writes than the hint table holds is distrusted when it comes back: another node must confirm its values
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.hint_capacity=0
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const MANY = 5000;

$cluster = new Cluster(2);
$options = [McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_COMPRESSION => false];
$client = $cluster->client($options);
/* Each operation of this client waits for the node that hangs. */
$quick = $cluster->client($options + [McHA::OPT_OPERATION_TIMEOUT => 3000]);
foreach ([$client, $quick] as $one) {
	$one->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => null); /* keeps the failures out of the log */
}
$keys = array_map(fn($i) => "key$i", range(1, MANY));
$named = fn(int $node, string $prefix) => $cluster->keyLedBy($client, $node, null, $prefix);
[$deleted, $number, $swapped, $added, $alone] = array_map(fn($prefix) => $named(0, $prefix), ['deleted', 'number', 'swapped', 'added', 'alone']);

ok($client->setMulti(array_fill_keys($keys, 'old')), 'the old values are written');
$client->setMulti([$deleted => 'old', $number => 5, $swapped => 'old', $added => 'old']);
$cluster->stop(0);
ok($quick->setMulti(array_fill_keys($keys, 'new')), 'the new values are written while node 0 hangs');
is(array_column($client->getNodes(), 'distrusted'), [true, false], 'node 0 is distrusted');
ok($quick->delete($deleted), 'delete() while node 0 hangs');
is($quick->increment($number, 10), 15, 'increment() while node 0 hangs');
ok($quick->set($swapped, 'new'), 'set() while node 0 hangs');
ok($quick->delete($added) && $quick->add($added, 'new'), 'delete() and add() while node 0 hangs');
$cluster->cont(0);
wait_until(fn() => $cluster->raw(0, "version\r\n") !== '', what: 'the node to go on');

is($client->get($deleted), false, 'get() of the deleted key is a miss');
is(result($client), 'RES_NOTFOUND', 'the result code of that get()');
is($client->increment($number), 16, 'increment() goes on from the new number');
$token = $client->get($swapped, null, McHA::GET_EXTENDED);
is($token['value'], 'new', 'get() returns the new value');
ok($client->cas($token['cas'], $swapped, 'newer'), 'cas() with the token of the new value succeeds');
is($client->get($swapped), 'newer', 'get() returns the swapped value');
is($client->add($added, 'other'), false, 'add() of an existing key fails');
ok($client->add($deleted, 'again'), 'add() of the deleted key succeeds');
is($client->get($deleted), 'again', 'get() returns the added value');
$read = $client->getMulti($keys);
is(count(array_filter($read, fn($value) => $value === 'new')), MANY, 'new values read');
/* The client replays the hints when the node has been steady for a while; a read repairs the other keys. */
wait_until(fn() => $client->get($keys[0]) && $client->getNodes()[0]['hints'] === 0, what: 'all hints of the node to be replayed');
$client->getMulti($keys);
$old = array_filter(array_filter($keys, fn($i) => $i % 20 === 0, ARRAY_FILTER_USE_KEY), fn($key) => array_diff($cluster->copies($key), ['new']) !== []);
is(count($old), 0, 'copies that are still old after a read');

/* A value that only the distrusted node has. */
$cluster->raw(0, "ms $alone 3 T0 F0\r\nold\r\n");
is($client->get($alone), false, 'get() does not return the value while another node reports a miss');
is($cluster->holds(0, $alone), 'old', 'the read does not delete the copy on the distrusted node');
$cluster->kill(1);
is($client->get($keys[1]), 'new', 'the distrusted node is believed when no other node answers');
is($client->get($alone), 'old', 'get() then returns the value that only the distrusted node has');

/* The client trusts the node again when it sees that the node was restarted. */
$cluster->nodes[1]->start();
$cluster->nodes[1]->awaitAnswer();
$client->get($alone);
$cluster->restart(0);
wait_until(fn() => $cluster->client($options)->set('any', 1) && $client->set('any', 1) && $client->getNodes()[0]['distrusted'] === false, what: 'the node to be trusted again');

done();
?>
--EXPECT--
done
