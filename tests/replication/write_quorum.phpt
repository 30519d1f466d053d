--TEST--
A write succeeds if as many nodes acknowledge it as mcha.write_quorum demands
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$clients = [];
foreach (['one', 'majority', 'all'] as $quorum) {
	$clients[$quorum] = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2, McHA::OPT_WRITE_QUORUM => $quorum, McHA::OPT_COMPRESSION => false]);
}
$writes = [
	'set' => fn(McHA $client) => $client->set('key', 'value'),
	'setMulti' => fn(McHA $client) => $client->setMulti(['key' => 'value', 'other' => 'value']),
	'append' => fn(McHA $client) => $client->append('key', 'x'),
	'touch' => fn(McHA $client) => $client->touch('key', 100),
	'increment' => fn(McHA $client) => $client->increment('number') !== false,
	'replace' => fn(McHA $client) => $client->replace('key', 'value'),
	'delete' => fn(McHA $client) => $client->delete('key'),
];
$expect = function (array $success, int $up) use ($clients, $writes): void {
	foreach ($clients as $quorum => $client) {
		foreach ($writes as $name => $write) {
			$clients['one']->set('key', 'value');
			$clients['one']->set('number', 1);
			is($write($client), $success[$quorum], "$up nodes up, quorum $quorum: $name");
			is($client->getLastReplication()['acknowledged'], $up, "$up nodes up, quorum $quorum: $name: all nodes that are up acknowledge");
			is($client->getLastReplication()['copies'], 3, "$name: the report counts three copies");
			if (!$success[$quorum]) {
				ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), "$name: the result code is a failure: " . result($client));
			}
		}
	}
};
$expect(['one' => true, 'majority' => true, 'all' => true], 3);
$cluster->kill(2);
$expect(['one' => true, 'majority' => true, 'all' => false], 2);
$cluster->kill(0);
$expect(['one' => true, 'majority' => false, 'all' => false], 1);
is($clients['all']->get('number'), $clients['one']->get('number'), 'reads do not depend on the write quorum');
$cluster->restart(0);
$cluster->restart(2);
$expect(['one' => true, 'majority' => true, 'all' => true], 3);

done();
?>
--EXPECT--
done
