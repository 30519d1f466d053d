--TEST--
getVersion() and getStats() report on all nodes, and flush() empties all nodes
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$names = array_map($cluster->name(...), [0, 1, 2]);
$versions = $client->getVersion();
is(array_keys($versions), $names, 'getVersion() names every node');
foreach ($versions as $name => $version) {
	ok(preg_match('/^\d+\.\d+\.\d+/', $version), "$name: a version");
}
$client->setMulti(['a' => 1, 'b' => 2, 'c' => 3]);
$stats = $client->getStats();
is(array_keys($stats), $names, 'getStats() names every node');
foreach ($names as $i => $name) {
	is((int) $stats[$name]['pid'], $cluster->pid($i), 'each process id is that of its node');
}
is(array_sum(array_column($stats, 'curr_items')), 6, 'three keys with two copies each');
ok(isset(current($client->getStats('settings'))['maxbytes']), 'getStats() accepts a type of statistics');

ok($client->flush(), 'flush');
is($client->getMulti(['a', 'b', 'c']), [], 'flush() left no key');
ok($client->set('a', 1), 'the client works afterwards');
is($client->get('a'), 1, 'the value is read');

$cluster->kill(1);
$versions = $client->getVersion();
is(array_keys($versions), [$names[0], $names[2]], 'a dead node is left out');
is(result($client), 'RES_SOME_ERRORS', 'the result code says that a node failed');
ok(!$client->flush(), 'flush() fails because a node is dead');
$cluster->kill(0);
$cluster->kill(2);
is($client->getVersion(), false, 'getVersion() with all nodes down');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), 'the result code is a failure');

done();
?>
--EXPECT--
done
