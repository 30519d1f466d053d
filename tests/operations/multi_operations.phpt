--TEST--
Many keys are written, read and deleted in one call
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$items = [];
for ($i = 0; $i < 500; $i++) {
	$items["key$i"] = "value $i";
}
ok($client->setMulti($items, 100), 'they are stored');
is(result($client), 'RES_SUCCESS', 'and acknowledged');
is($client->getLastReplication()['acknowledged'], 2, 'each by two nodes');
foreach (array_rand($items, 50) as $key) {
	is(array_values($cluster->copies($key)), [$items[$key], $items[$key]], "$key has two copies");
}

$found = $client->getMulti(array_keys($items));
ksort($found);
$sorted = $items;
ksort($sorted);
is($found, $sorted, 'they are all found');
is($client->getMulti(array_reverse(array_keys($items)), McHA::GET_PRESERVE_ORDER), array_reverse($items), 'in the order asked for');
is($client->getMulti(['missing', 'key2', 'absent', 'key1'], McHA::GET_PRESERVE_ORDER),
	['missing' => null, 'key2' => 'value 2', 'absent' => null, 'key1' => 'value 1'], 'null stands for a missing one if the order is kept');
is($client->getMulti(['missing', 'key1']), ['key1' => 'value 1'], 'otherwise it is left out');
is(result($client), 'RES_SUCCESS', 'that some are missing is no failure');
is($client->getMulti(['missing']), [], 'nothing found');
is($client->getMulti([]), [], 'nothing asked for');
is($client->getMulti(['key1', 'key1', 'key1']), ['key1' => 'value 1'], 'one key three times');

ok($client->setMulti([1 => 'one', '2' => 'two']), 'keys that look like numbers are stored');
is($client->get('1'), 'one', 'and found');
is($client->getMulti([1, '2']), [1 => 'one', 2 => 'two'], 'also many of them');

$extended = $client->getMulti(['key1', 'key2'], McHA::GET_EXTENDED | McHA::GET_PRESERVE_ORDER);
is(array_keys($extended), ['key1', 'key2'], 'extended, in order');
is($extended['key1']['value'], 'value 1', 'an extended value');
ok($client->cas($extended['key1']['cas'], 'key1', 'changed'), 'its token is good for a compare and swap');

is($client->deleteMulti(['key1', 'missing', 'key2']),
	['key1' => true, 'missing' => McHA::RES_NOTFOUND, 'key2' => true], 'each deletion has its result');
is($client->getMulti(['key1', 'key2', 'key3']), ['key3' => 'value 3'], 'the deleted are gone');
is($cluster->copies('key1') + $cluster->copies('key2'), [], 'from all nodes');
ok($client->setMulti([]), 'storing nothing succeeds');
is($client->deleteMulti([]), [], 'deleting nothing has no results');

done();
?>
--EXPECT--
done
