--TEST--
What was written, deleted or changed since the pool was changed hides what is older for good
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

$cluster = new Cluster(6);
$pools = [[0, 1, 2, 4], [0, 1, 2, 3]]; /* 4 in place of 3 */
$before = client_of($cluster, [0, 1, 2, 3]);
$client = client_of($cluster, $pools[0], $pools[1], [McHA::OPT_COMPRESSION => false]);

/* Every change that an application can make, to all keys; and what is there afterwards. false: nothing. */
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
		$title = "$change, $protocol" . ($read ? ' of what was read before' : '');
		empty_nodes($cluster, range(0, 5));
		$before->setOption(McHA::OPT_COMPRESSION, false);
		$before->setMulti(array_fill_keys($keys, 7), 3000);
		if ($read) {
			is(count($client->getMulti($keys)), 60, "$title: all there");
		}
		foreach ($keys as $key) {
			is($make($key), true, "$title: $key");
			is((string) $client->get($key), (string) $afterwards, "$title: and read");
			foreach (nodes_as($cluster, $client, $key, 'previous') as $node) {
				is($cluster->holds($node, $key), null, "$title: $key is gone from where it lay before");
			}
		}
		/* homes lose what they have, one after the other: nothing older is seen */
		empty_nodes($cluster, [4, 0, 1, 2]);
		is($client->getMulti($keys), [], "$title: nothing comes back");
	}
}

$client->setOption(McHA::OPT_PROTOCOL, 'auto');

/* An add is refused by what only the former pool has, and decides once. */
$key = moved_key($cluster, $wide = client_of($cluster, [4, 5], [0, 1, 2, 3]));
$before->set($key, 'old');
is($wide->add($key, 'new'), false, 'there is a value: nothing is added');
is(result($wide), 'RES_NOTSTORED', 'which is said');
is($wide->get($key), 'old', 'and it is what it was');
$wide->delete($key);
is($wide->add($key, 'new'), true, 'what was deleted is added');
is($wide->add($key, 'newer'), false, 'once');
is($before->get($key), false, 'the former pool has nothing of it');

/* A life that is shortened is over everywhere. */
$before->set($key, 'old', 3000);
$wide->delete($key);
$before->set($key, 'old', 3000);
is($wide->touch($key, 1), true, 'touched where it lies');
wait_until(fn() => $wide->get($key) === false, what: 'its end');
is(array_filter($cluster->copies($key)), [], 'everywhere');

/* Counters. */
$before->set($key, 41);
is($wide->increment($key), 42, 'a counter goes on');
is($wide->increment($key), 43, 'and on');
is($wide->increment('another', 1, 5), 5, 'one that is nowhere begins');

/* All at once: flush() means the former pool, too. */
$before->set($key, 'old');
is($wide->flush(), true, 'flushed');
wait_until(fn() => $cluster->copies($key) === [], what: 'the former pool to be empty');

done();
?>
--EXPECT--
done
