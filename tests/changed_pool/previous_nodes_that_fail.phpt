--TEST--
A node of the previous pool that is dead or hangs makes no operation fail, and no old value comes back with it
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

/* Node 4 replaces node 3, which is dead. Each value was written to two nodes. */
$cluster = new Cluster(5);
$before = client_of($cluster, [0, 1, 2, 3]);
$before->setMulti(values(), 3000);
$cluster->kill(3);
$client = client_of($cluster, [0, 1, 2, 4], [0, 1, 2, 3]);
is($client->getMulti(array_keys(values())), values(), 'all values are readable');
is($client->getResultCode(), McHA::RES_SUCCESS, 'the result code of getMulti()');
is($client->setMulti(values('new')), true, 'all values can be written');
is($client->getMulti(array_keys(values())), values('new'), 'the new values are read');
is($client->deleteMulti(array_keys(values())), array_fill_keys(array_keys(values()), true), 'all values can be deleted');
is($client->get('never-written'), false, 'get() of a key that no node has');
is(result($client), 'RES_NOTFOUND', 'the result code is a miss, though the previous node is down');
is($client->add('key1', 1), true, 'add() works');
is($client->increment('key1'), 2, 'increment() works');
is(count($client->getStats()), 4, 'getStats() asks the present pool only');
is(result($client), 'RES_SUCCESS', 'getStats() succeeds');
ok(is_array($client->getAllKeys()), 'getAllKeys() returns a list');
is(result($client), 'RES_SUCCESS', 'getAllKeys() succeeds');
$client->inspect('key1');
is(result($client), 'RES_SUCCESS', 'inspect() succeeds');
is($client->flush(), true, 'flush() succeeds');
$states = array_column($client->getNodes(), 'state', 'role');
is($states['previous'], 'down', 'getNodes() shows that the previous node is down');

/* All nodes of the pool were replaced, and a node of the previous pool hangs or dies while values change. */
$cluster = new Cluster(4);
$before = client_of($cluster, [0, 1]);
$client = client_of($cluster, [2, 3], [0, 1], [McHA::OPT_COMPRESSION => false, McHA::OPT_OPERATION_TIMEOUT => 400,
	McHA::OPT_CONNECT_TIMEOUT => 200]);
$keys = array_keys(values('', 8));
$changes = [
	'set' => fn(string $key) => $client->set($key, 'new'),
	'delete' => fn(string $key) => $client->delete($key),
	'append' => fn(string $key) => $client->append($key, '1'),
	'increment' => fn(string $key) => $client->increment($key),
	'replace' => fn(string $key) => $client->replace($key, 'new'),
];
foreach (['stop', 'kill'] as $fate) {
	foreach ($changes as $change => $make) {
		$title = "$change, node 0: $fate";
		foreach ($keys as $key) {
			$before->set($key, '7');
			wait_until(fn() => $client->get($key) !== false, what: 'the copies to be migrated');
		}
		$cluster->$fate(0);
		foreach ($keys as $key) {
			ok($make($key) !== false, "$title: $key");
		}
		$seen = array_map(fn(string $key) => $client->get($key), $keys);
		ok(!in_array('7', array_map(strval(...), $seen), true), "$title: no old value is read");
		$fate === 'stop' ? $cluster->cont(0) : $cluster->restart(0);
		empty_nodes($cluster, [2, 3]);
		foreach ($keys as $key) {
			wait_until(function () use ($client, $key, $title) {
				$value = $client->get($key);
				ok((string) $value !== '7', "$title: $key does not have its old value again");
				return result($client) === 'RES_NOTFOUND';
			}, what: "$key to be missing");
		}
		empty_nodes($cluster, range(0, 3));
	}
}

/* The new nodes lose their values: the old values of the previous pool do not replace them. */
$before->set('kept', 'old');
$client->set('kept', 'new');
$cluster->restart(2);
$cluster->restart(3);
is($client->get('kept'), false, 'a value that the new nodes lost is a miss, not the old value');

done();
?>
--EXPECT--
done
