--TEST--
A server key takes the key's place in choosing the nodes
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_COMPRESSION => false]);
$home = $client->getServerByKey('group');
$home = $cluster->index($home['host'], $home['port']);
is($cluster->preference($client, 'group')[0], $home, 'getServerByKey names the first node of the list');

for ($i = 0; $i < 20; $i++) {
	ok($client->setByKey('group', "k$i", $i, 100), "k$i is stored");
	is(array_keys($cluster->copies("k$i")), [$home], "k$i lies where its group lies");
	is($client->getByKey('group', "k$i"), $i, "k$i is found there");
}
ok($client->setMultiByKey('group', ['m1' => 1, 'm2' => 2], 100), 'many');
is(array_keys($cluster->copies('m1')), [$home], 'many lie there too');
is($client->getMultiByKey('group', ['m1', 'm2', 'm3'], McHA::GET_PRESERVE_ORDER), ['m1' => 1, 'm2' => 2, 'm3' => null], 'and are found');
ok($client->addByKey('group', 'added', 'a'), 'add');
ok(!$client->addByKey('group', 'added', 'b'), 'add again');
ok($client->replaceByKey('group', 'added', 'c'), 'replace');
ok($client->appendByKey('group', 'added', '>'), 'append');
ok($client->prependByKey('group', 'added', '<'), 'prepend');
$token = $client->getByKey('group', 'added', null, McHA::GET_EXTENDED)['cas'];
is($client->getByKey('group', 'added'), '<c>', 'what became of it');
ok($client->casByKey($token, 'group', 'added', 'd'), 'cas');
ok(!$client->casByKey($token, 'group', 'added', 'e'), 'cas again');
ok($client->touchByKey('group', 'added', 50), 'touch');
between($cluster->ttl($home, 'added'), 40, 50, 'touched');
$client->setByKey('group', 'n', 5);
is($client->incrementByKey('group', 'n', 2), 7, 'increment');
is($client->decrementByKey('group', 'n', 3), 4, 'decrement');
ok($client->deleteByKey('group', 'n'), 'delete');
is($client->deleteMultiByKey('group', ['m1', 'm2']), ['m1' => true, 'm2' => true], 'delete many');
is($client->getByKey('group', 'n'), false, 'gone');
is(result($client), 'RES_NOTFOUND', 'not found');

done();
?>
--EXPECT--
done
