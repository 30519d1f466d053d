--TEST--
A near cache never hides a write by its own host
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$cluster = new Cluster(3);
$client = $cluster->client(NEAR);
$other = $cluster->client(NEAR); /* another object of the same host */
$elsewhere = $cluster->client([McHA::OPT_COMPRESSION => false]);
$key = 'key';
$begin = function (mixed $value) use ($client, $elsewhere, $key): void {
	$elsewhere->delete($key);
	apcu_clear_cache();
	$elsewhere->set($key, $value);
	is($client->get($key), $value, 'the near cache has a copy at first');
};

/* Writes that store a whole value: the near cache keeps the new value. */
$token = fn() => $client->get($key, null, McHA::GET_EXTENDED)['cas'];
$stores = [
	'set' => fn() => $client->set($key, 'new'), 'setByKey' => fn() => $client->setByKey($key, $key, 'new'),
	'setMulti' => fn() => $client->setMulti(['x' => 1, $key => 'new']), 'setMultiByKey' => fn() => $client->setMultiByKey($key, [$key => 'new']),
	'replace' => fn() => $client->replace($key, 'new'), 'cas' => fn() => $client->cas($token(), $key, 'new'),
	'add' => fn() => $elsewhere->delete($key) && $client->add($key, 'new'),
	'reading through' => fn() => $elsewhere->delete($key) && apcu_clear_cache() && $client->get($key, function ($client, $key, &$value) {
		$value = 'new';
		return true;
	}) === 'new',
];
foreach ($stores as $name => $store) {
	$begin('old');
	ok($store(), $name);
	$before = asked($cluster);
	is($client->get($key), 'new', "$name: this object reads the new value");
	is($other->get($key), 'new', "$name: another object of the host reads the new value");
	is(asked($cluster), $before, "$name: no node is asked");
}

/* Writes that modify or remove the item: the next read asks the nodes. */
$changes = [
	'append' => [fn() => $client->append($key, '3'), '12', '123'], 'prepend' => [fn() => $client->prepend($key, '3'), '12', '312'],
	'increment' => [fn() => $client->increment($key, 5), 5, 10], 'decrement' => [fn() => $client->decrement($key), 5, 4],
	'incrementByKey' => [fn() => $client->incrementByKey($key, $key, 5), 5, 10],
	'touch' => [fn() => $client->touch($key, 1000), 'value', 'value'],
	'delete' => [fn() => $client->delete($key), 'value', false], 'deleteByKey' => [fn() => $client->deleteByKey($key, $key), 'value', false],
	'deleteMulti' => [fn() => $client->deleteMulti(['x', $key])[$key], 'value', false],
	'flush' => [fn() => $client->flush(), 'value', false],
	'a cas with an outdated token' => [fn() => [$old = $token(), $elsewhere->set($key, 'theirs'), $client->cas($old, $key, 'ours')][2] === false, 'value', 'theirs'],
	'a replace of a missing key' => [fn() => $elsewhere->delete($key) && !$client->replace($key, 'new'), 'value', false],
	'a set that expires at once' => [fn() => $client->set($key, 'new', -1), 'value', false],
	'a refused delete' => [fn() => $elsewhere->set($key, 'theirs') && !$client->delete($key, 10) && $client->delete($key), 'value', false],
	'a read of a deleted key' => [fn() => $elsewhere->delete($key) && !$client->get($key, null, McHA::GET_EXTENDED), 'value', false],
];
foreach ($changes as $name => [$change, $old, $new]) {
	$begin($old);
	ok($change(), $name);
	is($other->get($key), $new, "$name: another object reads the item that the nodes have");
	is(local($other), [], "$name: the nodes are asked");
}

/* A refused write that changes nothing leaves the near cache copy alone. */
$begin('old');
$client->add($key, 'new');
is(result($client), 'RES_NOTSTORED', 'an add of a key that exists');
is($client->get($key), 'old', 'the old value is read');
is(local($client), [$key], 'the value comes from the near cache');

/* One item under different names. */
$cluster = new Cluster(1);
$plain = $cluster->client(NEAR);
$prefixed = $cluster->client([McHA::OPT_PREFIX_KEY => 'pre'] + NEAR);
$more = $cluster->client([McHA::OPT_PREFIX_KEY => 'prefix'] + NEAR);
$plain->set('prefixkey', 1);
is($more->get('key'), 1, 'read with a prefix');
is(local($more), ['key'], 'the value comes from the near cache');
$prefixed->set('fixkey', 2);
is($plain->get('prefixkey'), 2, 'after a write with another prefix');
$plain->setByKey('any', 'prefixkey', 3);
is($more->getByKey('other', 'key'), 3, 'after a write by another server key that leads to the same node');
$prefixed->deleteByKey('third', 'fixkey');
is($plain->get('prefixkey'), false, 'after a deletion with another server key');

/* A write that reaches no node keeps the near cache copy; a write that may have reached one removes it, and so does every deletion. */
$cluster = new Cluster(2);
$client = $cluster->client(LOCAL);
$client->setMulti(['unsent' => 'old', 'deleted' => 'old', 'retried' => 'old']);
kill_all($cluster);
foreach (['set' => fn() => $client->set('unsent', 'new'), 'append' => fn() => $client->append('unsent', 'new'), 'touch' => fn() => $client->touch('unsent'),
	'increment' => fn() => $client->increment('unsent'), 'add' => fn() => $client->add('unsent', 'new')] as $name => $write) {
	is($write(), false, "$name fails");
	is($client->get('unsent'), 'old', "$name: the copy is unchanged");
}
$client->delete('deleted');
is($client->get('deleted'), false, 'a value is not served after its deletion failed');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), 'the failure is not reported as a miss');
foreach ([0, 1] as $node) {
	$cluster->restart($node);
}
$client = $cluster->client(LOCAL);
wait_until(fn() => $client->set('hung', 'old'), what: 'a node to be back');
$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 500);
$cluster->stop(0);
$cluster->stop(1);
is($client->set('hung', 'new'), false, 'a write with an unknown outcome');
is($client->get('hung'), false, 'neither the old nor the new value is served');
$cluster->cont(0);
$cluster->cont(1);

/* The outcome is also unknown where one node refused and the other one hangs, or where an earlier attempt may have succeeded. */
foreach ([[], [McHA::OPT_STORE_RETRY_COUNT => 2, McHA::OPT_RETRY_TIMEOUT => 3600]] as $options) {
	$cluster = new Cluster(2);
	$client = $cluster->client($options + LOCAL);
	$key = $cluster->keyLedBy($client, 0);
	ok($client->set($key, 'old'), 'a value');
	$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 800);
	$cluster->kill(0);
	$cluster->stop(1);
	is($client->set($key, 'new'), false, 'one node refuses the write, the other one hangs: ' . result($client));
	is($client->get($key), false, 'neither the old nor the new value is served');
	$cluster->cont(1);
}

done();
?>
--EXPECT--
done
