--TEST--
When servers are full, the second copies of keys that are read are not evicted: nearly all keys survive the death of a node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const HOT = 300;
const BYTES = 4000; /* of each value, so that all values are of one slab class */
const TIMES = 4;    /* how many times the servers' memory is written over */
const MEGABYTES = 8;

$cluster = new Cluster(3, ['arguments' => ['-m', (string) MEGABYTES]]);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_COMPRESSION => false]);
$hot = array_map(fn(int $i) => "hot$i", range(1, HOT));
$client->setMulti(array_fill_keys($hot, str_repeat('h', BYTES)));
$evictions = function () use ($cluster): int {
	$sum = 0;
	foreach (array_keys($cluster->nodes) as $i) {
		$sum += preg_match('/STAT evictions (\d+)/', $cluster->raw($i, "stats\r\n"), $found) ? (int) $found[1] : 0;
	}
	return $sum;
};
$batches = intdiv(3 * MEGABYTES * TIMES * (1 << 20), 2 * 50 * BYTES);
for ($batch = 0; $batch < $batches; $batch++) {
	$client->setMulti(array_fill_keys(array_map(fn(int $i) => "cold$batch.$i", range(1, 50)), str_repeat('c', BYTES)));
	$client->getMulti($hot);
}
ok($evictions() > HOT, 'the servers evict');
$two = count(array_filter($hot, fn(string $key) => count($cluster->copies($key)) === 2));
between($two, HOT * 0.99, HOT, 'nearly all keys that are read have two copies');
$cluster->kill(1);
between(count($client->getMulti($hot)), HOT * 0.99, HOT, 'nearly all keys are found after a node has died');

done();
?>
--EXPECT--
done
