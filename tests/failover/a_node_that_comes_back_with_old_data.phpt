--TEST--
A node that comes back with old data never shows it
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$options = [McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_COMPRESSION => false];
$client = $cluster->client($options);
/* Each of its operations waits for the node that hangs, and has time for the other one on a busy machine too. */
$quick = $cluster->client($options + [McHA::OPT_OPERATION_TIMEOUT => 1000]);
$keys = ['set', 'deleted', 'added', 'replaced', 'swapped', 'appended', 'number', 'untouched'];
$hints = fn() => array_column($client->getNodes(), 'hints');

foreach ([0, 1] as $node) {
	$client->setMulti(array_fill_keys(['set', 'deleted', 'replaced', 'swapped', 'appended', 'untouched'], 'old'), 1000);
	$client->delete('added');
	$client->set('number', 10, 1000);
	$client->setOption(McHA::OPT_READ_REPAIR, true);
	$tokens = $client->get('swapped', null, McHA::GET_EXTENDED);

	$cluster->stop($node);
	ok($quick->set('set', 'new', 1000), "node $node stopped: set");
	ok($quick->delete('deleted'), 'delete');
	ok($quick->add('added', 'new', 1000), 'add');
	ok($quick->replace('replaced', 'new', 1000), 'replace');
	$token = $quick->get('swapped', null, McHA::GET_EXTENDED)['cas'];
	ok($quick->cas($token, 'swapped', 'new', 1000), 'cas');
	ok($quick->append('appended', ' new'), 'append');
	is($quick->increment('number', 5), 15, 'increment');
	between($hints()[$node], 7, 7, 'what it missed is remembered');

	/* The requests that it was sent before it stopped answering are still in its sockets: whatever it makes of them
	 * when it goes on, it is older than what the others have. */
	$cluster->cont($node);
	wait_until(fn() => $cluster->raw($node, "version\r\n") !== '', what: 'it to go on');

	is($client->get('set'), 'new', "node $node goes on: the new value");
	is($client->get('deleted'), false, 'what was deleted stays so');
	is(result($client), 'RES_NOTFOUND', 'and is said to be');
	is($client->add('added', 'other'), false, 'what was added is there');
	is($client->get('added'), 'new', 'with its value');
	is($client->get('replaced'), 'new', 'replaced');
	is($client->get('swapped'), 'new', 'swapped');
	is($client->get('appended'), 'old new', 'appended once');
	is($client->increment('number'), 16, 'the count goes on');
	is($client->get('untouched'), 'old', 'what nobody wrote');
	/* Its copies are made good when whatever it was sent has surely been carried out. */
	wait_until(fn() => $client->getMulti($keys) && array_sum($hints()) === 0);
	foreach (['set' => 'new', 'added' => 'new', 'replaced' => 'new', 'swapped' => 'new', 'appended' => 'old new', 'number' => '16'] as $key => $value) {
		is($cluster->copies($key), [$value, $value], "$key is the same on both");
	}
	is($cluster->copies('deleted'), [], 'no copy is left');
}

/* Debts are paid though nobody asks for the keys. */
$client->setMulti(array_fill_keys(range(1000, 1040), 'old'));
$cluster->stop(0);
$quick->setMulti(array_fill_keys(range(1000, 1040), 'new'));
is($hints()[0], 41, 'many are owed');
$cluster->cont(0);
wait_until(function () use ($client, $hints) {
	$client->get('untouched');
	return $hints()[0] === 0;
}, 30);
foreach (range(1000, 1040) as $key) {
	is($cluster->copies((string) $key), ['new', 'new'], "$key is the same on both");
}

/* Who has the new value is gone when the node with the old one comes back: an error, not an old value. */
$client->set('alone', 'old');
$cluster->stop(0);
ok($quick->set('alone', 'new'), 'written to one');
$cluster->stop(1);
$cluster->cont(0);
wait_until(fn() => $cluster->raw(0, "version\r\n") !== '', what: 'it to go on');
is($quick->get('alone'), false, 'the old value is not shown');
ok(!in_array(result($quick), ['RES_SUCCESS', 'RES_NOTFOUND']), 'and not said to be missing: ' . result($quick));
$cluster->cont(1);
wait_until(fn() => $cluster->raw(1, "version\r\n") !== '', what: 'it to go on');
is($client->get('alone'), 'new', 'the new one is, when it can be');
wait_until(fn() => $client->get('alone') && array_sum($hints()) === 0);
is($cluster->copies('alone'), ['new', 'new'], 'on both');

done();
?>
--EXPECT--
done
