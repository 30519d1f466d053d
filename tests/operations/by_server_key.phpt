--TEST--
A server key chooses the nodes instead of the key
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_COMPRESSION => false]);
$home = $client->getServerByKey('group');
$home = $cluster->index($home['host'], $home['port']);
is($cluster->preference($client, 'group')[0], $home, 'getServerByKey() returns the first node of the preference list');

for ($i = 0; $i < 20; $i++) {
	ok($client->setByKey('group', "k$i", $i, 100), "k$i is stored");
	is(array_keys($cluster->copies("k$i")), [$home], "k$i is stored on the home node of its server key");
	is($client->getByKey('group', "k$i"), $i, "getByKey() finds k$i");
}
ok($client->setMultiByKey('group', ['m1' => 1, 'm2' => 2], 100), 'many');
is(array_keys($cluster->copies('m1')), [$home], 'setMultiByKey() stores on the same node');
is($client->getMultiByKey('group', ['m1', 'm2', 'm3'], McHA::GET_PRESERVE_ORDER), ['m1' => 1, 'm2' => 2, 'm3' => null], 'getMultiByKey() finds the values');
ok($client->addByKey('group', 'added', 'a'), 'add');
ok(!$client->addByKey('group', 'added', 'b'), 'add again');
ok($client->replaceByKey('group', 'added', 'c'), 'replace');
ok($client->appendByKey('group', 'added', '>'), 'append');
ok($client->prependByKey('group', 'added', '<'), 'prepend');
$token = $client->getByKey('group', 'added', null, McHA::GET_EXTENDED)['cas'];
is($client->getByKey('group', 'added'), '<c>', 'the value after all operations by server key');
ok($client->casByKey($token, 'group', 'added', 'd'), 'cas');
ok(!$client->casByKey($token, 'group', 'added', 'e'), 'cas again');
ok($client->touchByKey('group', 'added', 50), 'touch');
between($cluster->ttl($home, 'added'), 40, 50, 'touchByKey() changes the TTL');
$client->setByKey('group', 'n', 5);
is($client->incrementByKey('group', 'n', 2), 7, 'increment');
is($client->decrementByKey('group', 'n', 3), 4, 'decrement');
ok($client->deleteByKey('group', 'n'), 'delete');
is($client->deleteMultiByKey('group', ['m1', 'm2']), ['m1' => true, 'm2' => true], 'delete many');
is($client->getByKey('group', 'n'), false, 'a deleted key is missing');
is(result($client), 'RES_NOTFOUND', 'not found');

done();
?>
--EXPECT--
done
