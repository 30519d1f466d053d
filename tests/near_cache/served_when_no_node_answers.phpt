--TEST--
When no node answers, and only then, values that this host read or wrote come from its near cache
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

/* A pool whose nodes are killed, and a pool whose nodes hang. */
$troubles = [
	'dead' => [kill_all(...), []],
	'hanging' => [fn(Cluster $cluster) => array_map($cluster->stop(...), array_keys($cluster->nodes)), [McHA::OPT_OPERATION_TIMEOUT => 100, McHA::OPT_CONNECT_TIMEOUT => 100]],
];
foreach ($troubles as $how => [$break, $options]) {
	$cluster = new Cluster(3);
	$writer = $cluster->client([McHA::OPT_COMPRESSION => false]);
	$writer->setMulti(['read' => 'its value', 'batched' => 'x', 'batch1' => [1], 'batch2' => 2.5, 'gone' => 'x', 'delayed' => 'later']);
	$writer->setByKey('server', 'by-key', 'there');
	$client = $cluster->client(LOCAL);
	is($client->get('read'), 'its value', "$how: read");
	is($client->getLastReplication()['local'], [], "$how: while nodes answer, the value comes from a node");
	is($client->getMulti(['batch1', 'batch2', 'none']), ['batch1' => [1], 'batch2' => 2.5], "$how: read many");
	is($client->getByKey('server', 'by-key'), 'there', "$how: read by a server key");
	$client->getDelayed(['delayed']);
	is($client->fetchAll(), [['key' => 'delayed', 'value' => 'later']], "$how: read by getDelayed()");
	foreach (['written' => true, 'number' => -7, 'empty' => '', 'null' => null, 'object' => new ArrayObject([1, 2])] as $key => $value) {
		ok($client->set($key, $value), "$how: set $key");
	}
	ok($client->setMulti(['many1' => 'one', 'many2' => 'two']), "$how: set many");
	ok($client->add('added', 'a') && $client->replace('batched', 'r'), "$how: add, replace");
	is($client->get('through', function ($client, $key, &$value) {
		$value = 'made';
		return true;
	}), 'made', "$how: read through");
	$token = $client->get('many1', null, McHA::GET_EXTENDED)['cas'];
	ok($client->cas($token, 'many1', 'new one'), "$how: compare and swap");
	is($client->get('gone'), 'x', "$how: read before its deletion");
	$writer->delete('gone');
	is($client->get('gone'), false, "$how: the nodes no longer have the key");
	is(result($client), 'RES_NOTFOUND', "$how: the deleted key is a miss");
	is($client->getLastReplication()['local'], [], "$how: a node answers although the near cache has a copy");

	$client->setOptions($options);
	$break($cluster);
	$there = ['read' => 'its value', 'batch1' => [1], 'batch2' => 2.5, 'delayed' => 'later', 'written' => true, 'number' => -7, 'empty' => '',
		'null' => null, 'many1' => 'new one', 'many2' => 'two', 'added' => 'a', 'through' => 'made'];
	foreach ($there as $key => $value) {
		is($client->get($key), $value, "$how: the near cache serves $key");
		is(result($client), 'RES_SUCCESS', "$how: $key: the result is a success");
		$report = $client->getLastReplication();
		is(array_keys($report['local']), [$key], "$how: $key: the report names the near cache as its source");
		ok(is_float($report['local'][$key]) && $report['local'][$key] > 0, "$how: $key: the report says how old the copy is");
		ok(count($report['failed']) >= 1 && $report['acknowledged'] === 0 && $report['position'] === -1, "$how: $key: the report lists failed nodes");
		ok($client->getLastErrorCode() !== McHA::RES_SUCCESS, "$how: $key: getLastErrorCode() reports a failure, too");
	}
	is($client->get('object')->getArrayCopy(), [1, 2], "$how: objects");
	is($client->getByKey('server', 'by-key'), 'there', "$how: by a server key");
	is($client->getMulti(array_keys($there), McHA::GET_PRESERVE_ORDER), $there, "$how: many");
	is(result($client), 'RES_SUCCESS', "$how: getMulti() is a success");
	is(local($client), array_keys($there), "$how: getMulti(): all values come from the near cache");
	is($client->getMulti(['read', 'none']), ['read' => 'its value'], "$how: getMulti(), with a key that the near cache does not have");
	is(result($client), 'RES_SOME_ERRORS', "$how: the result code says that a key is missing");
	is(local($client), ['read'], "$how: the report names the key that the near cache served");
	is($client->get('read', null, McHA::GET_EXTENDED), ['value' => 'its value', 'cas' => 0, 'flags' => 0], "$how: GET_EXTENDED returns the token 0");
	is($client->cas(0, 'read', 'swapped'), false, "$how: the token 0 swaps nothing");
	is(result($client), 'RES_INVALID_ARGUMENTS', "$how: the result is an invalid argument");
	ok($client->getDelayed(['read']), "$how: getDelayed() is a success");
	is(local($client), ['read'], "$how: getDelayed(): the value comes from the near cache");
	is($client->fetch(), ['key' => 'read', 'value' => 'its value'], "$how: fetch() returns the value");
	foreach (['none', 'gone'] as $key) {
		is($client->get($key, fn() => ok(false, 'no callback')), false, "$how: the near cache does not have $key");
		ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), "$how: $key: the result code is a failure: " . result($client));
		is($client->getLastReplication()['local'], [], "$how: $key: nothing comes from the near cache");
	}
	is($client->getByKey('another server', 'none'), false, "$how: the near cache does not have a key of another server key");
	$writer->setOptions($options);
	ok($writer->get('read') === false && result($writer) !== 'RES_SUCCESS', "$how: a client without a near cache gets nothing");
	foreach (['with space', '', str_repeat('k', 251)] as $key) {
		is($client->get($key), false, "$how: bad keys");
		is(result($client), 'RES_BAD_KEY_PROVIDED', "$how: a bad key is not a failed node");
	}
	$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 40000);
	foreach (array_keys($cluster->nodes) as $node) {
		$how === 'hanging' ? $cluster->cont($node) : $cluster->restart($node);
	}
	wait_until(function () use ($client) {
		$value = $client->get('read');
		return in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']) && !$client->getLastReplication()['local'];
	}, what: 'a node to answer');
	apcu_clear_cache();
}

done();
?>
--EXPECT--
done
