--TEST--
mcha.hedge_after: a node that hangs is not waited for where another copy is; it is not held to be down
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
is($client->getOption(McHA::OPT_HEDGE_AFTER), 20, 'the option is remembered');
$items = [];
for ($i = 0; $i < 60; $i++) {
	$items["key$i"] = "value $i";
}
ok($client->setMulti($items), 'written');
$key = $cluster->keyLedBy($client, 0, 1, 'led');
ok($client->set($key, 'mine'), 'written');

/* Were it waited for, this would take half of 40 seconds a read. */
$cluster->stop(0);
for ($i = 0; $i < 5; $i++) {
	is($client->get($key), 'mine', 'a read while its first node hangs');
	$report = $client->getLastReplication();
	is([$report['position'], $report['hedged'], $report['failed']], [1, 1, []], 'the second copy answered');
}
is($client->getNodes()[0]['state'], 'up', 'who is slow is not down');
$cluster->cont(0);
wait_until(fn() => $client->get($key) === 'mine' && $client->getLastReplication()['position'] === 0, what: 'the first copy to answer again');
for ($i = 0; $i < 200; $i++) {
	$client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER) === $items or ok(false, 'late answers are nobody\'s');
}

/* Many keys: those of the node that hangs come from the second copies, as far as the bound on additional requests lets them. */
$few = array_slice(array_keys($items), 0, 8);
$cluster->stop(0);
is($client->getMulti($few, McHA::GET_PRESERVE_ORDER), array_slice($items, 0, 8), 'many keys');
$cluster->cont(0);

/* Tokens are asked for where they are worth something. */
$cluster->stop(1);
$second = $cluster->keyLedBy($client, 0, 1, 'token');
$client->setOption(McHA::OPT_NUMBER_OF_REPLICAS, 0);
ok($client->set($second, 1), 'one copy');
ok(is_int($client->get($second, null, McHA::GET_EXTENDED)['cas']), 'a token');
is($client->getLastReplication()['hedged'], 0, 'nothing to hedge with');
$cluster->cont(1);

$auto = $cluster->client([McHA::OPT_HEDGE_AFTER => McHA::HEDGE_AUTO]);
is($auto->getOption(McHA::OPT_HEDGE_AFTER), -1, 'auto');
for ($i = 0; $i < 300; $i++) {
	$auto->get($key);
}
$cluster->stop(0);
is($auto->get($key), 'mine', 'by itself');
is($auto->getLastReplication()['position'], 1, 'the second copy answered');
$cluster->cont(0);

ini_set('mcha.hedge_after', 'auto');
is((new McHA())->getOption(McHA::OPT_HEDGE_AFTER), McHA::HEDGE_AUTO, 'the directive');
ini_set('mcha.hedge_after', '7');
is((new McHA())->getOption(McHA::OPT_HEDGE_AFTER), 7, 'the directive');
ini_set('mcha.hedge_after', '-7');
ok(!$auto->setOption(McHA::OPT_HEDGE_AFTER, -7), 'no time is negative');

done();
?>
--EXPECTF--
Warning: ini_set(): mcha.hedge_after: invalid value "-7", expected a number of milliseconds from 0 on, or auto in %s on line %d

Warning: McHA::setOption(): %s
done
