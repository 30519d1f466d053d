--TEST--
A node that hangs delays an operation within its timeout only, and its late replies never become values of other operations
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.operation_timeout=400
mcha.connect_timeout=200
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = new McHA();
$client->setOption(McHA::OPT_COMPRESSION, false);
$cluster->addTo($client);
$items = [];
for ($i = 0; $i < 200; $i++) {
	$items["key$i"] = "value $i";
}
/* A busy machine may make a write time out: the test writes until both copies exist. */
wait_until(fn() => $client->setMulti($items) && $client->getLastReplication()['acknowledged'] === 2, what: 'all values to have two copies');

foreach ([0, 1, 2] as $node) {
	$cluster->stop($node);
	$wrong = 0;
	for ($i = 0; $i < 12; $i++) {
		$found = $client->get("key$i");
		$wrong += $found !== false && $found !== "value $i";
		$wrong += $found === false && result($client) === 'RES_NOTFOUND';
	}
	foreach ($client->getMulti(array_keys($items)) ?: [] as $key => $value) {
		$wrong += $value !== $items[$key];
	}
	is($wrong, 0, "node $node hangs: no read returns a wrong value or a miss");
	$key = $cluster->keyLedBy($client, $node, null, "written");
	wait_until(fn() => $client->set($key, "past $node"), what: 'a write to succeed without the node');
	$cluster->cont($node);
	for ($round = 0; $round < 3; $round++) {
		foreach ($items as $key => $value) {
			$found = $client->get($key);
			ok($found === $value || ($found === false && result($client) !== 'RES_NOTFOUND'), "node $node goes on: $key has its own value: " . show($found));
		}
	}
	$key = $cluster->keyLedBy($client, $node, null, "written");
	wait_until(fn() => $client->get($key) === "past $node", what: 'a read of the value that was written while the node hung');
}
wait_until(fn() => $client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER) === $items, what: 'all values to be read');

done();
?>
--EXPECT--
done
