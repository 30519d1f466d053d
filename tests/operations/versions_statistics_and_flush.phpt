--TEST--
All nodes tell their versions and statistics, and are emptied together
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$names = array_map($cluster->name(...), [0, 1, 2]);
$versions = $client->getVersion();
is(array_keys($versions), $names, 'a version of each');
foreach ($versions as $name => $version) {
	ok(preg_match('/^\d+\.\d+\.\d+/', $version), "$name: a version");
}
$client->setMulti(['a' => 1, 'b' => 2, 'c' => 3]);
$stats = $client->getStats();
is(array_keys($stats), $names, 'statistics of each');
foreach ($names as $i => $name) {
	is((int) $stats[$name]['pid'], $cluster->pid($i), 'the right ones');
}
is(array_sum(array_column($stats, 'curr_items')), 6, 'three keys, two copies');
ok(isset(current($client->getStats('settings'))['maxbytes']), 'statistics of another kind');

ok($client->flush(), 'flush');
is($client->getMulti(['a', 'b', 'c']), [], 'nothing is left');
ok($client->set('a', 1), 'and it goes on');
is($client->get('a'), 1, 'as before');

$cluster->kill(1);
$versions = $client->getVersion();
is(array_keys($versions), [$names[0], $names[2]], 'who does not answer is left out');
is(result($client), 'RES_SOME_ERRORS', 'which is said');
ok(!$client->flush(), 'not all could be emptied');
$cluster->kill(0);
$cluster->kill(2);
is($client->getVersion(), false, 'nobody answers');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), 'which is a failure');

done();
?>
--EXPECT--
done
