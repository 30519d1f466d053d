--TEST--
Values that were read or written are served from this host when no node answers, and only then
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

/* A pool whose nodes die, and one whose nodes hang. */
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
	is($client->getLastReplication()['local'], [], "$how: from a node");
	is($client->getMulti(['batch1', 'batch2', 'none']), ['batch1' => [1], 'batch2' => 2.5], "$how: read many");
	is($client->getByKey('server', 'by-key'), 'there', "$how: read by a server key");
	$client->getDelayed(['delayed']);
	is($client->fetchAll(), [['key' => 'delayed', 'value' => 'later']], "$how: read to be fetched later");
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
	is($client->get('gone'), 'x', "$how: read before it goes");
	$writer->delete('gone');
	is($client->get('gone'), false, "$how: what nodes do not have");
	is(result($client), 'RES_NOTFOUND', "$how: is missing");
	is($client->getLastReplication()['local'], [], "$how: whatever is here");

	$client->setOptions($options);
	$break($cluster);
	$there = ['read' => 'its value', 'batch1' => [1], 'batch2' => 2.5, 'delayed' => 'later', 'written' => true, 'number' => -7, 'empty' => '',
		'null' => null, 'many1' => 'new one', 'many2' => 'two', 'added' => 'a', 'through' => 'made'];
	foreach ($there as $key => $value) {
		is($client->get($key), $value, "$how: $key is served");
		is(result($client), 'RES_SUCCESS', "$how: $key as a success");
		$report = $client->getLastReplication();
		is(array_keys($report['local']), [$key], "$how: $key is said to be from here");
		ok(is_float($report['local'][$key]) && $report['local'][$key] > 0, "$how: $key: and how old it is");
		ok(count($report['failed']) >= 1 && $report['acknowledged'] === 0 && $report['position'] === -1, "$how: $key: and that nodes failed");
		ok($client->getLastErrorCode() !== McHA::RES_SUCCESS, "$how: $key: in pecl memcached's words too");
	}
	is($client->get('object')->getArrayCopy(), [1, 2], "$how: objects");
	is($client->getByKey('server', 'by-key'), 'there', "$how: by a server key");
	is($client->getMulti(array_keys($there), McHA::GET_PRESERVE_ORDER), $there, "$how: many");
	is(result($client), 'RES_SUCCESS', "$how: many: as a success");
	is(local($client), array_keys($there), "$how: many: all from here");
	is($client->getMulti(['read', 'none']), ['read' => 'its value'], "$how: many, of which one is not here");
	is(result($client), 'RES_SOME_ERRORS', "$how: which is said");
	is(local($client), ['read'], "$how: and which one is");
	is($client->get('read', null, McHA::GET_EXTENDED), ['value' => 'its value', 'cas' => 0, 'flags' => 0], "$how: with a token that is none");
	is($client->cas(0, 'read', 'swapped'), false, "$how: by which nothing");
	is(result($client), 'RES_INVALID_ARGUMENTS', "$how: is swapped");
	ok($client->getDelayed(['read']), "$how: later");
	is(local($client), ['read'], "$how: later: from here");
	is($client->fetch(), ['key' => 'read', 'value' => 'its value'], "$how: later: fetched");
	foreach (['none', 'gone'] as $key) {
		is($client->get($key, fn() => ok(false, 'no callback')), false, "$how: $key is not here");
		ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), "$how: $key: a failure, as ever: " . result($client));
		is($client->getLastReplication()['local'], [], "$how: $key: nothing from here");
	}
	is($client->getByKey('another server', 'none'), false, "$how: not by any server key");
	$writer->setOptions($options);
	ok($writer->get('read') === false && result($writer) !== 'RES_SUCCESS', "$how: nothing for who did not ask for it");
	foreach (['with space', '', str_repeat('k', 251)] as $key) {
		is($client->get($key), false, "$how: bad keys");
		is(result($client), 'RES_BAD_KEY_PROVIDED', "$how: are no failure of nodes");
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
