--TEST--
A long-lived value that was replaced by a short-lived one while a node was down does not come back when the new one expires
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
$quick = $cluster->client([McHA::OPT_OPERATION_TIMEOUT => 1000]);
$hints = fn() => array_sum(array_column($client->getNodes(), 'hints'));
$keys = array_map(fn(int $i) => "key$i", range(1, 200));

foreach ([0, 1] as $node) {
	$client->setMulti(array_fill_keys($keys, 'old'), 3600);
	$client->setMulti(['for.ever.1' => 'old', 'for.ever.2' => 'old']);
	$cluster->stop($node);
	ok($quick->setMulti(array_fill_keys($keys, 'new'), 2), "node $node is down: all values are replaced");
	$quick->set('for.ever.1', 'new', 2);
	$quick->touch('for.ever.2', 2);
	$cluster->cont($node);
	wait_until(fn() => $cluster->raw($node, "version\r\n") !== '', what: 'the node to go on');
	$seen = [];
	wait_until(function () use ($client, $keys, &$seen) {
		$found = $client->getMulti($keys) ?: [];
		$seen += array_flip($found);
		return !$found && $client->get('for.ever.1') === false && $client->get('for.ever.2') === false;
	}, what: 'all values to expire');
	ok(!isset($seen['old']), "node $node: no old value was read");
	wait_until(fn() => $client->get('another') || $hints() === 0, what: 'all hints to be replayed');
	$client->getMulti($keys);
	foreach ([...$keys, 'for.ever.1', 'for.ever.2'] as $key) {
		is($cluster->copies($key), [], "node $node: no node has a copy of $key");
	}
}

done();
?>
--EXPECT--
done
