--TEST--
Neither a persistent pool nor a batch takes more memory than its budget
--SKIPIF--
<?php $needs = ['memcached', 'cc']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

require dirname(__DIR__, 2) . '/bench/memory.inc';
require __DIR__ . '/budgets.inc';

$cluster = new Cluster(3);
$folder = new Folder();
$counter = heap_counter($folder);
foreach (MEMORY as $client => $budgets) {
	$figures = count_memory($cluster, $client, $counter, ['pools', 'setMulti', 'getMulti']);
	foreach ($budgets as $name => $budget) {
		if (in_array($name, ['getMulti', 'setMulti'])) {
			between($figures[$name], 1.0, $budget, "$client, $name: peak memory, as a multiple of the values");
		} else {
			between($figures[$name] / 1024, 16, $budget, "$client: KiB of a pool, $name");
		}
	}
}

done();
?>
--EXPECT--
done
