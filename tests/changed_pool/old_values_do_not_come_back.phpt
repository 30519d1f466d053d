--TEST--
A write, change or deletion after the pool was changed hides the older value of the previous pool for good
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

$cluster = new Cluster(6);
$pools = [[0, 1, 2, 4], [0, 1, 2, 3]]; /* node 4 replaces node 3 */
$before = client_of($cluster, [0, 1, 2, 3]);
$client = client_of($cluster, $pools[0], $pools[1], [McHA::OPT_COMPRESSION => false]);

/* Each change that an application can make to a key, and the value afterwards; false: a miss. */
$changes = [
	'delete' => [fn(string $key) => $client->delete($key), false],
	'set' => [fn(string $key) => $client->set($key, 'new'), 'new'],
	'replace' => [fn(string $key) => $client->replace($key, 'new'), 'new'],
	'append' => [fn(string $key) => $client->append($key, '0'), '70'],
	'prepend' => [fn(string $key) => $client->prepend($key, '1'), '17'],
	'increment' => [fn(string $key) => $client->increment($key) === 8, 8],
	'increment with a first number' => [fn(string $key) => $client->increment($key, 2, 100) === 9, 9],
	'decrement' => [fn(string $key) => $client->decrement($key, 3) === 4, 4],
	'cas' => [fn(string $key) => $client->cas($client->get($key, null, McHA::GET_EXTENDED)['cas'], $key, 'new'), 'new'],
];
$keys = array_keys(values('', 60));
foreach ($changes as $change => [$make, $afterwards]) {
	foreach ([['meta', false], ['meta', true], ['text', false], ['binary', true]] as [$protocol, $read]) {
		$client->setOption(McHA::OPT_PROTOCOL, $protocol);
		$title = "$change, $protocol" . ($read ? ' after a read' : '');
		empty_nodes($cluster, range(0, 5));
		$before->setOption(McHA::OPT_COMPRESSION, false);
		$before->setMulti(array_fill_keys($keys, 7), 3000);
		if ($read) {
			is(count($client->getMulti($keys)), 60, "$title: all values are read");
		}
		foreach ($keys as $key) {
			is($make($key), true, "$title: $key");
			is((string) $client->get($key), (string) $afterwards, "$title: $key has the new value");
			foreach (nodes_as($cluster, $client, $key, 'previous') as $node) {
				is($cluster->holds($node, $key), null, "$title: the previous node $node has no copy of $key");
			}
		}
		/* The homes lose their values: no older value is read. */
		empty_nodes($cluster, [4, 0, 1, 2]);
		is($client->getMulti($keys), [], "$title: no old value comes back");
	}
}

$client->setOption(McHA::OPT_PROTOCOL, 'auto');

/* A value that only the previous pool has makes an add fail; of two adds to a deleted key one succeeds. */
$key = moved_key($cluster, $wide = client_of($cluster, [4, 5], [0, 1, 2, 3]));
$before->set($key, 'old');
is($wide->add($key, 'new'), false, 'add() fails while the previous pool has a value');
is(result($wide), 'RES_NOTSTORED', 'the result code of that add()');
is($wide->get($key), 'old', 'the old value is still read');
$wide->delete($key);
is($wide->add($key, 'new'), true, 'add() to a deleted key succeeds');
is($wide->add($key, 'newer'), false, 'a second add() fails');
is($before->get($key), false, 'the previous pool has no copy of the added value');

/* A touch that shortens the time to live applies on every node. */
$before->set($key, 'old', 3000);
$wide->delete($key);
$before->set($key, 'old', 3000);
is($wide->touch($key, 1), true, 'touch() succeeds on a value of the previous pool');
wait_until(fn() => $wide->get($key) === false, what: 'the touched value to expire');
is(array_filter($cluster->copies($key)), [], 'no node has a copy of the expired value');

/* Counters. */
$before->set($key, 41);
is($wide->increment($key), 42, 'increment() goes on from the number of the previous pool');
is($wide->increment($key), 43, 'a second increment() goes on');
is($wide->increment('another', 1, 5), 5, 'a counter that no node has begins with its initial value');

/* flush() empties the nodes of the previous pool, too. */
$before->set($key, 'old');
is($wide->flush(), true, 'flush() succeeds');
wait_until(fn() => $cluster->copies($key) === [], what: 'the previous pool to be empty');

done();
?>
--EXPECT--
done
