--TEST--
A node that missed more writes than the hint table holds brings back no old value and no deleted key, and is not distrusted
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const MANY = 12000; /* a node's share of the hints with keys is 2048 */

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_OPERATION_TIMEOUT => 14000, McHA::OPT_FAILURE_CALLBACK => fn() => null]);
$numbers = range(0, MANY - 1);
$values = array_map(fn($i) => "value$i", $numbers);
$gone = array_map(fn($i) => "gone$i", $numbers);
ok($client->setMulti(array_fill_keys($values, 'old')) && $client->setMulti(array_fill_keys($gone, 'old')), 'the old values are written');
$cluster->stop(1);
ok($client->setMulti(array_fill_keys($values, 'new')), 'the new values are written while a node hangs');
is(array_unique($client->deleteMulti($gone)), [$gone[0] => true], 'half of the keys are deleted meanwhile');
$node = $client->getNodes()[1];
ok($node['hints'] > 5000, "the node has a hint for each write that it missed: {$node['hints']}");
is($node['distrusted'], false, 'the node is not distrusted');
$cluster->cont(1);
wait_until(fn() => $cluster->raw(1, "version\r\n") !== '', what: 'the node to go on');

/* The first reads also wait for what the node has received before it hung. */
$read = $client->getMulti($values);
is([count($read), array_count_values($read)], [MANY, ['new' => MANY]], 'the new values are read');
is($client->getMulti($gone), [], 'no deleted key is back');
wait_until(function () use ($client, $values, $gone) {
	$client->getMulti($values);
	$client->getMulti($gone);
	return $client->getNodes()[1]['hints'] === 0;
}, what: 'the hints to be replayed by reading');
$old = array_filter($values, fn($key, $i) => $i % 100 === 0 && array_diff($cluster->copies($key), ['new']), ARRAY_FILTER_USE_BOTH);
is($old, [], 'copies that are still old');
is(array_filter($gone, fn($key, $i) => $i % 100 === 0 && $cluster->holds(1, $key) !== null, ARRAY_FILTER_USE_BOTH), [], 'deleted copies that are still there');
is($client->getNodes()[1]['distrusted'], false, 'the node was never distrusted');

done();
?>
--EXPECT--
done
