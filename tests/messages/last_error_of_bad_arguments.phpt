--TEST--
getLastErrorMessage() and getLastErrorCode() report a bad key, too
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
$calls = [
	'get' => fn(string $key) => $client->get($key), 'set' => fn(string $key) => $client->set($key, 1), 'add' => fn(string $key) => $client->add($key, 1),
	'delete' => fn(string $key) => $client->delete($key), 'touch' => fn(string $key) => $client->touch($key, 1), 'increment' => fn(string $key) => $client->increment($key),
	'append' => fn(string $key) => $client->append($key, 'x'), 'cas' => fn(string $key) => $client->cas(1, $key, 'x'), 'lock' => fn(string $key) => $client->lock($key, 1) ?? false,
	'checkKey' => fn(string $key) => $client->checkKey($key), 'remember' => fn(string $key) => $client->remember($key, fn() => 1, 1),
];
$client->setOption(McHA::OPT_COMPRESSION, false);
foreach (['an empty key' => '', 'a key with a space' => 'a b', 'a key with a line end' => "a\nb", 'a key that is too long' => str_repeat('k', 251)] as $what => $key) {
	foreach ($calls as $name => $call) {
		is($call($key), false, "$name: $what");
		is(result($client), 'RES_BAD_KEY_PROVIDED', "$name: $what: the result");
		is($client->getLastErrorCode(), McHA::RES_BAD_KEY_PROVIDED, "$name: $what: the last error");
		ok(str_contains($client->getLastErrorMessage(), 'key is empty, longer than 250 bytes'), "$name: $what: " . $client->getLastErrorMessage());
	}
	$client->set('valid', 1);
	is([$client->getLastErrorCode(), $client->getLastErrorMessage()], [0, 'SUCCESS'], "$what: a success clears the last error");
	$client->get('missing');
	is($client->getLastErrorCode(), 0, "$what: a miss is not an error");
}
$empty = new McHA();
is($empty->get('key'), false, 'no servers');
ok(str_contains($empty->getLastErrorMessage(), 'no nodes'), 'no servers: ' . $empty->getLastErrorMessage());

done();
?>
--EXPECT--
done
