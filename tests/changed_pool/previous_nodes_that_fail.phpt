--TEST--
A node of the former pool that is dead or hangs makes nothing fail, and brings nothing back when it returns
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

/* 3 is replaced by 4, and dead: all was written to two nodes. */
$cluster = new Cluster(5);
$before = client_of($cluster, [0, 1, 2, 3]);
$before->setMulti(values(), 3000);
$cluster->kill(3);
$client = client_of($cluster, [0, 1, 2, 4], [0, 1, 2, 3]);
is($client->getMulti(array_keys(values())), values(), 'everything is readable');
is($client->getResultCode(), McHA::RES_SUCCESS, 'and nothing failed');
is($client->setMulti(values('new')), true, 'everything can be written');
is($client->getMulti(array_keys(values())), values('new'), 'and read');
is($client->deleteMulti(array_keys(values())), array_fill_keys(array_keys(values()), true), 'and deleted');
is($client->get('never-written'), false, 'what is nowhere');
is(result($client), 'RES_NOTFOUND', 'is missing');
is($client->add('key1', 1), true, 'added');
is($client->increment('key1'), 2, 'and counted');
is(count($client->getStats()), 4, 'statistics');
is(result($client), 'RES_SUCCESS', 'are of the pool');
ok(is_array($client->getAllKeys()), 'all keys');
is(result($client), 'RES_SUCCESS', 'of those that are there');
$client->inspect('key1');
is(result($client), 'RES_SUCCESS', 'so is what inspect() finds');
is($client->flush(), true, 'flushed');
$states = array_column($client->getNodes(), 'state', 'role');
is($states['previous'], 'down', 'it is known to be down');

/* A pool that was replaced as a whole, and nodes of the old one that hang while things change. */
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
			wait_until(fn() => $client->get($key) !== false, what: 'the copies to be brought over');
		}
		$cluster->$fate(0);
		foreach ($keys as $key) {
			ok($make($key) !== false, "$title: $key");
		}
		$seen = array_map(fn(string $key) => $client->get($key), $keys);
		ok(!in_array('7', array_map(strval(...), $seen), true), "$title: all are changed");
		$fate === 'stop' ? $cluster->cont(0) : $cluster->restart(0);
		empty_nodes($cluster, [2, 3]);
		foreach ($keys as $key) {
			wait_until(function () use ($client, $key, $title) {
				$value = $client->get($key);
				ok((string) $value !== '7', "$title: $key is not what it was before");
				return result($client) === 'RES_NOTFOUND';
			}, what: "$key to be missing");
		}
		empty_nodes($cluster, range(0, 3));
	}
}

/* A new node is lost: the old values do not stand in for those that it had. */
$before->set('kept', 'old');
$client->set('kept', 'new');
$cluster->restart(2);
$cluster->restart(3);
is($client->get('kept'), false, 'lost, not old');

done();
?>
--EXPECT--
done
