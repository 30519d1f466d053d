--TEST--
A sample of reads also checks another replica: few on a healthy pool, more where copies are missing, and no read waits for the check
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const READS = 20000;

$cluster = new Cluster(3);
$gets = function () use ($cluster): int {
	$sum = 0;
	foreach (array_keys($cluster->nodes) as $i) {
		$sum += preg_match('/STAT cmd_get (\d+)/', $cluster->raw($i, "stats\r\n"), $found) ? (int) $found[1] : 0;
	}
	return $sum;
};
foreach ([1, 2] as $replicas) {
	$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => $replicas]);
	$keys = array_map(fn(int $i) => "key$replicas.$i", range(1, 200));
	$client->setMulti(array_fill_keys($keys, 'value'));
	$client->getMulti($keys);
	$client->getMulti($keys);
	$before = $gets();
	for ($i = 0; $i < READS; $i++) {
		$client->get($keys[$i % 200]);
	}
	between(($gets() - $before) / READS, 1.005, 1.02, "a healthy pool gets few additional reads, replicas: $replicas");
	$before = $gets();
	for ($i = 0; $i < READS / 200; $i++) {
		$client->getMulti($keys);
	}
	between(($gets() - $before) / READS, 1.005, 1.02, "getMulti(): a healthy pool gets few additional reads, replicas: $replicas");
}

/* Missing copies, as after an eviction. */
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$keys = array_map(fn(int $i) => "lost$i", range(1, 500));
$client->setMulti(array_fill_keys($keys, 'value'), 3600);
foreach ($keys as $key) {
	$cluster->delete($cluster->preference($client, $key)[1], $key);
}
$repaired = 0;
for ($i = 0; $i < 6; $i++) {
	foreach ($keys as $key) {
		is($client->get($key), 'value', 'the value is found');
		$repaired += $client->getLastReplication()['repaired'];
	}
}
is($repaired, 500, 'each copy was restored once, and the reports say so');
is(count(array_filter($keys, fn(string $key) => count($cluster->copies($key)) === 2)), 500, 'all keys have two copies again');

/* A second home node that hangs. */
$key = $cluster->keyLedBy($client, 0, 1, 'hangs');
$client->set($key, 'value');
$cluster->stop(1);
$reader = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$longest = 0;
$begin = hrtime(true);
for ($i = 0; $i < 500; $i++) {
	is($reader->get($key), 'value', 'the first home node answers');
}
between((hrtime(true) - $begin) / 1e9, 0, 30, 'the read does not wait for the second home node, whose timeout is 40 seconds');
is(array_column($reader->getNodes(), 'state'), ['up', 'up', 'up'], 'the second home node is not held down for the check');
is(array_column($reader->getNodes(), 'failures'), [0, 0, 0], 'the check does not count as a failure');
$cluster->cont(1);

done();
?>
--EXPECT--
done
