--TEST--
Many keys are written, read and deleted by one call
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
ok($client->setMulti($items, 100), 'setMulti() stores all values');
is(result($client), 'RES_SUCCESS', 'the result is a success');
is($client->getLastReplication()['acknowledged'], 2, 'two nodes acknowledged each value');
foreach (array_rand($items, 50) as $key) {
	is(array_values($cluster->copies($key)), [$items[$key], $items[$key]], "$key has two copies");
}

$found = $client->getMulti(array_keys($items));
ksort($found);
$sorted = $items;
ksort($sorted);
is($found, $sorted, 'getMulti() returns all values');
is($client->getMulti(array_reverse(array_keys($items)), McHA::GET_PRESERVE_ORDER), array_reverse($items), 'GET_PRESERVE_ORDER returns the order of the request');
is($client->getMulti(['missing', 'key2', 'absent', 'key1'], McHA::GET_PRESERVE_ORDER),
	['missing' => null, 'key2' => 'value 2', 'absent' => null, 'key1' => 'value 1'], 'with GET_PRESERVE_ORDER a missing key is null');
is($client->getMulti(['missing', 'key1']), ['key1' => 'value 1'], 'otherwise a missing key is left out');
is(result($client), 'RES_SUCCESS', 'missing keys are not a failure');
is($client->getMulti(['missing']), [], 'nothing found');
is($client->getMulti([]), [], 'getMulti() without keys');
is($client->getMulti(['key1', 'key1', 'key1']), ['key1' => 'value 1'], 'one key three times');

ok($client->setMulti([1 => 'one', '2' => 'two']), 'keys that look like numbers are stored');
is($client->get('1'), 'one', 'get() finds such a key');
is($client->getMulti([1, '2']), [1 => 'one', 2 => 'two'], 'getMulti() returns keys that look like numbers');

$extended = $client->getMulti(['key1', 'key2'], McHA::GET_EXTENDED | McHA::GET_PRESERVE_ORDER);
is(array_keys($extended), ['key1', 'key2'], 'extended, in order');
is($extended['key1']['value'], 'value 1', 'GET_EXTENDED returns the value');
ok($client->cas($extended['key1']['cas'], 'key1', 'changed'), 'its token is valid for cas()');

is($client->deleteMulti(['key1', 'missing', 'key2']),
	['key1' => true, 'missing' => McHA::RES_NOTFOUND, 'key2' => true], 'deleteMulti() returns a result for each key');
is($client->getMulti(['key1', 'key2', 'key3']), ['key3' => 'value 3'], 'deleted keys are gone');
is($cluster->copies('key1') + $cluster->copies('key2'), [], 'no node has a copy of a deleted key');
ok($client->setMulti([]), 'setMulti() without items succeeds');
is($client->deleteMulti([]), [], 'deleteMulti() without keys returns no results');

done();
?>
--EXPECT--
done
