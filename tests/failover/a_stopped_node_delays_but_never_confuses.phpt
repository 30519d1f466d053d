--TEST--
A node that hangs delays an operation within its time, and its late answers are never taken for others
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
/* A busy machine may be late itself: what is to be read is first made sure of. */
wait_until(fn() => $client->setMulti($items) && $client->getLastReplication()['acknowledged'] === 2, what: 'all to be stored twice');

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
	is($wrong, 0, "node $node hangs: no wrong value, and nothing is said to be missing");
	$key = $cluster->keyLedBy($client, $node, null, "written");
	wait_until(fn() => $client->set($key, "past $node"), what: 'a write to succeed without it');
	$cluster->cont($node);
	for ($round = 0; $round < 3; $round++) {
		foreach ($items as $key => $value) {
			$found = $client->get($key);
			ok($found === $value || ($found === false && result($client) !== 'RES_NOTFOUND'), "node $node goes on: $key is itself: " . show($found));
		}
	}
	$key = $cluster->keyLedBy($client, $node, null, "written");
	wait_until(fn() => $client->get($key) === "past $node", what: 'what was written meanwhile');
}
wait_until(fn() => $client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER) === $items, what: 'all to be read again');

done();
?>
--EXPECT--
done
