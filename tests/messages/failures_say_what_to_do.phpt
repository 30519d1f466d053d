--TEST--
A node that hangs, a write that has missed its quorum and a node that is distrusted are told in words that say what has happened and what to do
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.hint_capacity=0
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$log = [];
$options = [McHA::OPT_OPERATION_TIMEOUT => 1500, McHA::OPT_FAILURE_CALLBACK => function (string $node, string $reason) use (&$log): void {
	$log[] = "$node: $reason";
}];

foreach (['meta', 'text', 'binary'] as $protocol) {
	$cluster = new Cluster(2);
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol] + $options);
	$client->set('key', 'value');
	$cluster->stop(1);
	$client->set('key', 'value');
	is($client->getLastErrorMessage(), $cluster->name(1) . ': timed out: the server gave no answer in time', "$protocol: a node that hangs");
}

$cluster = new Cluster(2);
$client = $cluster->client($options);
$name = $cluster->name(1);
$all = $cluster->client([McHA::OPT_WRITE_QUORUM => 'all'] + $options);
ok($all->set('key', 'value'), 'both nodes acknowledge');
$cluster->stop(1);
$all->set('key', 'value');
is([result($all), $all->getLastErrorMessage()], ['RES_SOME_ERRORS', "$name: timed out: the server gave no answer in time;"
	. ' 1 of 2 copies acknowledged, which is fewer than mcha.write_quorum asks for'], 'a write that has missed its quorum');

$log = [];
$client->setMulti(array_fill_keys(array_map(fn(int $i) => "key$i", range(1, 5000)), 'value'));
$distrusted = 'this node has missed more writes than the hint table can hold: its copies are compared with another node\'s until the node is restarted'
	. ' (restart it, and run mcha resync then)';
$cluster->cont(1);
wait_until(fn() => $client->getVersion() && count($client->getVersion()) === 2, what: 'the node to go on');
$key = $cluster->keyLedBy($client, 0, null, 'other');
$client->repair([$key]);
wait_until(fn() => $client->repair([$key]) !== false && str_contains($client->getLastReplication()['failed'][$name] ?? '', $distrusted),
	what: 'the reason why repair() did not ask the node');
ok(in_array("$name: $distrusted", $log, true), 'a node that is distrusted is told of: ' . implode("\n", $log));

done();
?>
--EXPECT--
done
