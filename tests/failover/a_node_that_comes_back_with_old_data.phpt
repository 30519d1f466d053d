--TEST--
The client never reads the old data of a node that comes back
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
/* Each operation of this client waits for the node that hangs, and has time for the other node on a busy machine, too. */
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
	ok($quick->delete('deleted'), "node $node stopped: delete");
	ok($quick->add('added', 'new', 1000), "node $node stopped: add");
	ok($quick->replace('replaced', 'new', 1000), "node $node stopped: replace");
	$token = $quick->get('swapped', null, McHA::GET_EXTENDED)['cas'];
	ok($quick->cas($token, 'swapped', 'new', 1000), "node $node stopped: cas");
	ok($quick->append('appended', ' new'), "node $node stopped: append");
	is($quick->increment('number', 5), 15, "node $node stopped: increment");
	between($hints()[$node], 7, 7, "node $node stopped: each missed write has a hint");

	/* The node's sockets still hold the requests from before it stopped. When it goes on and carries them out, its data is
	 * still older than the other node's. */
	$cluster->cont($node);
	wait_until(fn() => $cluster->raw($node, "version\r\n") !== '', what: 'the node to go on');

	is($client->get('set'), 'new', "node $node goes on: get() reads the new value");
	is($client->get('deleted'), false, "node $node goes on: the deleted key is missing");
	is(result($client), 'RES_NOTFOUND', "node $node goes on: the result code for the deleted key");
	is($client->add('added', 'other'), false, "node $node goes on: a second add fails");
	is($client->get('added'), 'new', "node $node goes on: get() reads the added value");
	is($client->get('replaced'), 'new', "node $node goes on: get() reads the replaced value");
	is($client->get('swapped'), 'new', "node $node goes on: get() reads the swapped value");
	is($client->get('appended'), 'old new', "node $node goes on: the value was appended once");
	is($client->increment('number'), 16, "node $node goes on: the counter goes on");
	is($client->get('untouched'), 'old', "node $node goes on: get() reads the unchanged value");
	/* The client replays the hints when the node has surely carried out the requests in its sockets. */
	wait_until(fn() => $client->getMulti($keys) && array_sum($hints()) === 0);
	foreach (['set' => 'new', 'added' => 'new', 'replaced' => 'new', 'swapped' => 'new', 'appended' => 'old new', 'number' => '16'] as $key => $value) {
		is($cluster->copies($key), [$value, $value], "both copies of $key are equal");
	}
	is($cluster->copies('deleted'), [], 'no node has a copy of the deleted key');
}

/* The client replays the hints of keys that no operation asks for. */
$client->setMulti(array_fill_keys(range(1000, 1040), 'old'));
$cluster->stop(0);
$quick->setMulti(array_fill_keys(range(1000, 1040), 'new'));
is($hints()[0], 41, 'each missed write has a hint');
$cluster->cont(0);
wait_until(function () use ($client, $hints) {
	$client->get('untouched');
	return $hints()[0] === 0;
}, 30);
foreach (range(1000, 1040) as $key) {
	is($cluster->copies((string) $key), ['new', 'new'], "both copies of $key have the new value");
}

/* The node with the new value is down when the node with the old one comes back: an error, not the old value. */
$client->set('alone', 'old');
$cluster->stop(0);
ok($quick->set('alone', 'new'), 'the new value is written to one node');
$cluster->stop(1);
$cluster->cont(0);
wait_until(fn() => $cluster->raw(0, "version\r\n") !== '', what: 'the node to go on');
is($quick->get('alone'), false, 'get() does not return the old value');
ok(!in_array(result($quick), ['RES_SUCCESS', 'RES_NOTFOUND']), 'the result code is not a miss: ' . result($quick));
$cluster->cont(1);
wait_until(fn() => $cluster->raw(1, "version\r\n") !== '', what: 'the node to go on');
is($client->get('alone'), 'new', 'get() returns the new value when its node is back');
wait_until(fn() => $client->get('alone') && array_sum($hints()) === 0);
is($cluster->copies('alone'), ['new', 'new'], 'both copies have the new value');

done();
?>
--EXPECT--
done
