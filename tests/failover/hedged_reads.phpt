--TEST--
mcha.hedge_after: a read asks another replica instead of waiting for a node that hangs, and does not take that node down
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.operation_timeout=40000
mcha.connect_timeout=20000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_HEDGE_AFTER => 20]);
is($client->getOption(McHA::OPT_HEDGE_AFTER), 20, 'getOption() returns the option');
$items = [];
for ($i = 0; $i < 60; $i++) {
	$items["key$i"] = "value $i";
}
ok($client->setMulti($items), 'all values are written');
$key = $cluster->keyLedBy($client, 0, 1, 'led');
ok($client->set($key, 'mine'), 'a value is written whose first node is node 0');

/* A read that waited for the node would take half of 40 seconds. */
$cluster->stop(0);
for ($i = 0; $i < 5; $i++) {
	is($client->get($key), 'mine', 'a read while its first node hangs');
	$report = $client->getLastReplication();
	is([$report['position'], $report['hedged'], $report['failed']], [1, 1, []], 'the second replica answered');
}
is($client->getNodes()[0]['state'], 'up', 'the slow node is not down');
$cluster->cont(0);
wait_until(fn() => $client->get($key) === 'mine' && $client->getLastReplication()['position'] === 0, what: 'the first replica to answer again');
for ($i = 0; $i < 200; $i++) {
	$client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER) === $items or ok(false, 'late replies become no values');
}

/* getMulti() reads the keys of the node that hangs from their second replicas, as far as the bound on hedges allows. */
$few = array_slice(array_keys($items), 0, 8);
$cluster->stop(0);
is($client->getMulti($few, McHA::GET_PRESERVE_ORDER), array_slice($items, 0, 8), 'getMulti() while node 0 hangs');
$cluster->cont(0);

/* A read with a CAS token, and a key with a single copy. */
$cluster->stop(1);
$second = $cluster->keyLedBy($client, 0, 1, 'token');
$client->setOption(McHA::OPT_NUMBER_OF_REPLICAS, 0);
ok($client->set($second, 1), 'a write with one copy');
ok(is_int($client->get($second, null, McHA::GET_EXTENDED)['cas']), 'get() returns a token');
is($client->getLastReplication()['hedged'], 0, 'a key with one copy is not hedged');
$cluster->cont(1);

$auto = $cluster->client([McHA::OPT_HEDGE_AFTER => McHA::HEDGE_AUTO]);
is($auto->getOption(McHA::OPT_HEDGE_AFTER), -1, 'getOption() returns auto');
for ($i = 0; $i < 300; $i++) {
	$auto->get($key);
}
$cluster->stop(0);
is($auto->get($key), 'mine', 'a read with hedge_after=auto while its first node hangs');
is($auto->getLastReplication()['position'], 1, 'the second replica answered with hedge_after=auto');
$cluster->cont(0);

ini_set('mcha.hedge_after', 'auto');
is((new McHA())->getOption(McHA::OPT_HEDGE_AFTER), McHA::HEDGE_AUTO, 'the directive sets auto');
ini_set('mcha.hedge_after', '7');
is((new McHA())->getOption(McHA::OPT_HEDGE_AFTER), 7, 'the directive sets a number');
ini_set('mcha.hedge_after', '-7');
ok(!$auto->setOption(McHA::OPT_HEDGE_AFTER, -7), 'a negative number is refused');

done();
?>
--EXPECTF--
Warning: ini_set(): mcha.hedge_after: invalid value "-7", expected a number of milliseconds from 0 on, or auto in %s on line %d

Warning: McHA::setOption(): %s
done
