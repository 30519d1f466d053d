--TEST--
A node that missed more than is remembered, and comes back with old data, is not believed by itself
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const MANY = 5000;

$cluster = new Cluster(2);
$options = [McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_COMPRESSION => false];
$client = $cluster->client($options);
/* Each of its operations waits for the node that hangs. */
$quick = $cluster->client($options + [McHA::OPT_OPERATION_TIMEOUT => 3000]);
foreach ([$client, $quick] as $one) {
	$one->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => null); /* else the log is told */
}
$keys = array_map(fn($i) => "key$i", range(1, MANY));
$named = fn(int $node, string $prefix) => $cluster->keyLedBy($client, $node, null, $prefix);
[$deleted, $number, $swapped, $added, $alone] = array_map(fn($prefix) => $named(0, $prefix), ['deleted', 'number', 'swapped', 'added', 'alone']);

ok($client->setMulti(array_fill_keys($keys, 'old')), 'old values');
$client->setMulti([$deleted => 'old', $number => 5, $swapped => 'old', $added => 'old']);
$cluster->stop(0);
ok($quick->setMulti(array_fill_keys($keys, 'new')), 'overwritten while a node hangs');
is(array_column($client->getNodes(), 'distrusted'), [true, false], 'it has missed more than is remembered');
ok($quick->delete($deleted), 'deleted');
is($quick->increment($number, 10), 15, 'counted');
ok($quick->set($swapped, 'new'), 'written');
ok($quick->delete($added) && $quick->add($added, 'new'), 'deleted and added');
$cluster->cont(0);
wait_until(fn() => $cluster->raw(0, "version\r\n") !== '', what: 'it to go on');

is($client->get($deleted), false, 'what was deleted stays so');
is(result($client), 'RES_NOTFOUND', 'and is said to be');
is($client->increment($number), 16, 'the count goes on');
$token = $client->get($swapped, null, McHA::GET_EXTENDED);
is($token['value'], 'new', 'the new value');
ok($client->cas($token['cas'], $swapped, 'newer'), 'a swap by its token');
is($client->get($swapped), 'newer', 'took place');
is($client->add($added, 'other'), false, 'what was added is there');
ok($client->add($deleted, 'again'), 'what was deleted can be added');
is($client->get($deleted), 'again', 'and is read');
$read = $client->getMulti($keys);
is(count(array_filter($read, fn($value) => $value === 'new')), MANY, 'new values');
/* What it is known to have missed is made good when it has been steady for a while, the rest when it is read. */
wait_until(fn() => $client->get($keys[0]) && $client->getNodes()[0]['hints'] === 0, what: 'all to be paid');
$client->getMulti($keys);
$old = array_filter(array_filter($keys, fn($i) => $i % 20 === 0, ARRAY_FILTER_USE_KEY), fn($key) => array_diff($cluster->copies($key), ['new']) !== []);
is(count($old), 0, 'copies that are still old after they were read');

/* Of a value that only it has. */
$cluster->raw(0, "ms $alone 3 T0 F0\r\nold\r\n");
is($client->get($alone), false, 'not shown while another node knows of none');
is($cluster->holds(0, $alone), 'old', 'nor removed');
$cluster->kill(1);
is($client->get($keys[1]), 'new', 'where no other node can be asked it is believed');
is($client->get($alone), 'old', 'whatever it has');

/* It is believed again when it is seen to have been restarted. */
$cluster->nodes[1]->start();
$cluster->nodes[1]->awaitAnswer();
$client->get($alone);
$cluster->restart(0);
wait_until(fn() => $cluster->client($options)->set('any', 1) && $client->set('any', 1) && $client->getNodes()[0]['distrusted'] === false, what: 'it to be trusted again');

done();
?>
--EXPECT--
done
