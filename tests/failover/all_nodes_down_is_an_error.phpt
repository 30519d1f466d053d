--TEST--
With all nodes down every operation fails, and none reports a miss
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
$client->setMulti(['key' => 'value', 'number' => 5]);
foreach ([0, 1, 2] as $node) {
	$cluster->kill($node);
}
$operations = [
	'get' => fn() => $client->get('key'), 'set' => fn() => $client->set('key', 1), 'add' => fn() => $client->add('key', 1),
	'replace' => fn() => $client->replace('key', 1), 'cas' => fn() => $client->cas(1, 'key', 1), 'append' => fn() => $client->append('key', 'x'),
	'prepend' => fn() => $client->prepend('key', 'x'), 'delete' => fn() => $client->delete('key'), 'touch' => fn() => $client->touch('key', 1),
	'increment' => fn() => $client->increment('number'), 'increment with an initial value' => fn() => $client->increment('number', 1, 1),
	'decrement' => fn() => $client->decrement('number'), 'setMulti' => fn() => $client->setMulti(['key' => 1, 'b' => 2]),
	'getVersion' => fn() => $client->getVersion(), 'getStats' => fn() => $client->getStats(), 'flush' => fn() => $client->flush(),
	'get with a callback' => fn() => $client->get('key', function () { ok(false, 'the callback is for misses'); return false; }),
];
$answers = ['RES_SUCCESS', 'RES_NOTFOUND', 'RES_NOTSTORED', 'RES_DATA_EXISTS'];
foreach (['nodes not yet known to be down', 'nodes known to be down'] as $when) {
	foreach ($operations as $name => $operation) {
		is($operation(), false, "$when: $name fails");
		ok(!in_array(result($client), $answers), "$when: $name: the result code is a failure: " . result($client));
		ok($client->getResultMessage() !== '', "$when: $name: the client has a message");
	}
	is($client->getMulti(['key', 'number']) ?: false, false, "$when: getMulti finds nothing");
	ok(!in_array(result($client), $answers), "$when: getMulti: the result code is a failure: " . result($client));
	foreach ($client->deleteMulti(['key', 'number']) as $key => $result) {
		ok($result !== true && $result !== McHA::RES_NOTFOUND && $result !== McHA::RES_SUCCESS, "$when: deleteMulti: $key failed");
	}
}
foreach ([0, 1, 2] as $node) {
	$cluster->restart($node);
}
wait_until(fn() => $client->set('key', 'again') && $client->get('key') === 'again', what: 'the pool to be used again');
wait_until(function () use ($client) {
	$client->setMulti(array_fill_keys(array_map(fn($i) => "key$i", range(0, 50)), 'value'));
	return array_unique(array_column($client->getNodes(), 'state')) === ['up'];
}, what: 'all nodes to be used again');

done();
?>
--EXPECT--
done
