--TEST--
A write counts as acknowledged by its own reply only
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$bad = [
	'garbage' => ['reply' => "what?\r\n"], 'closed at once' => ['close' => true], 'half an answer' => ['reply' => 'H', 'close' => true],
	'a wrong token' => ['reply' => "HD O999999999\r\n"], 'a value' => ['reply' => "VA 2 {opaque}\r\nHD\r\n"], 'an endless line' => ['flood' => 'HD'],
	'a server error' => ['reply' => "SERVER_ERROR busy\r\n"],
];
foreach ($bad as $name => $rule) {
	$cluster = new Cluster(2);
	$front = new BadServer([$rule + ['match' => '/^(ms|ma|md|mg) key/']], $cluster->nodes[0]);
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 20000, McHA::OPT_PROTOCOL => 'meta',
		McHA::OPT_WRITE_QUORUM => 'one', McHA::OPT_COMPRESSION => false]);
	$client->addServer($front->host, $front->port);
	$client->addServer($cluster->nodes[1]->host, $cluster->nodes[1]->number);
	$cluster->raw(1, "set key7 0 0 1\r\n5\r\n");
	$writes = ['set' => fn() => $client->set('key', 'value'), 'setMulti' => fn() => $client->setMulti(['key' => 'value', 'key2' => 'value']),
		'touch' => fn() => $client->touch('key', 100), 'delete' => fn() => $client->delete('key')];
	foreach ($writes as $write => $run) {
		$cluster->raw(1, "set key 0 0 1\r\nx\r\n");
		ok($run(), "$name: $write: the other node acknowledged: " . result($client));
		is($client->getLastReplication()['acknowledged'], 1, "$name: $write: one node acknowledged");
		is(array_keys($client->getLastReplication()['failed']), [$front->name], "$name: $write: the report names the node that did not acknowledge");
	}
	$client->setOption(McHA::OPT_WRITE_QUORUM, 'all');
	foreach ($writes as $write => $run) {
		$cluster->raw(1, "set key 0 0 1\r\nx\r\n");
		is($run(), false, "$name: $write: not all acknowledged");
		ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), "$name: $write: the result code is a failure: " . result($client));
	}
	ok($client->set('other', 'value'), "$name: a write of another key succeeds");
	is($client->get('other'), 'value', "$name: a read over the connection gets its own reply");
}

done();
?>
--EXPECT--
done
