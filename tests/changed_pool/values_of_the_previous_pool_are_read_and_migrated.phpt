--TEST--
After the pool was changed, reads find all values in the previous pool and migrate them to their new homes
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

const CHANGES = [ /* name => [the new pool in place of nodes 0 to 3, copies, options] */
	'one added' => [[0, 1, 2, 3, 4], 2],
	'one added, a copy each' => [[0, 1, 2, 3, 4], 1],
	'one removed' => [[0, 1, 2], 2],
	'one removed, a copy each' => [[0, 1, 2], 1],
	'one replaced' => [[0, 1, 2, 4], 2],
	'two replaced' => [[0, 1, 4, 5], 2],
	'all replaced' => [[4, 5, 6], 2],
	'moved' => [[3, 1, 0, 2], 2, [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MODULA]],
	'one added, modulo' => [[0, 1, 2, 3, 4], 1, [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MODULA]],
	'two replaced, rendezvous' => [[0, 1, 4, 5], 2, [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_RENDEZVOUS]],
];

$cluster = new Cluster(7);
$lost = 0;
foreach (CHANGES as $change => $row) {
	[$now, $copies] = $row;
	empty_nodes($cluster, range(0, 6));
	$options = ($row[2] ?? []) + [McHA::OPT_NUMBER_OF_REPLICAS => $copies - 1];
	$before = client_of($cluster, [0, 1, 2, 3], [], $options);
	is($before->setMulti(values(), 3000), true, "$change: the values are written to the previous pool");

	$without = client_of($cluster, $now, [], $options + [McHA::OPT_READ_REPAIR => false]);
	$lost += MANY - count($without->getMulti(array_keys(values())));

	$client = client_of($cluster, $now, [0, 1, 2, 3], $options);
	is($client->getMulti(array_keys(values())), values(), "$change: all values are readable");
	is($without->getMulti(array_keys(values())), values(), "$change: all values are then readable without the previous pool");
	for ($i = 0; $i < MANY; $i++) {
		$first = nodes_as($cluster, $client, "key$i", 'home')[0];
		is($cluster->holds($first, "key$i"), "value $i", "$change: the first home of key$i has it");
		ok(abs($cluster->ttl($first, "key$i") - 3000) < 300, "$change: the copy on the first home of key$i keeps the remaining time to live");
	}
}
ok($lost > MANY, "without the previous pool $lost values were missing");

$client = client_of($cluster, [4, 5], [0, 1, 2, 3]);
is($client->get('never-written'), false, 'get() of a key that no node has');
is(result($client), 'RES_NOTFOUND', 'the result code is a miss');

done();
?>
--EXPECT--
done
