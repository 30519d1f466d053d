--TEST--
No key is lost when all nodes of a zone die; without zones in the pool string, keys with both copies in that rack are lost
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const KEYS = 300;
const RACKS = ['a', 'b', 'c', 'a', 'b', 'c']; /* the rack of each node */

/* The readable values, by key. A read that fails must not report a miss. */
function read_all(McHA $client, string $how): array
{
	$found = [];
	for ($i = 0; $i < KEYS; $i++) {
		$value = $client->get("key$i");
		if ($value !== false) {
			$found["key$i"] = $value;
		} else {
			ok($client->getResultCode() !== McHA::RES_NOTFOUND, "$how: the failed read of key$i is not a miss");
		}
	}
	return $found;
}

foreach (['with zones' => true, 'without zones' => false] as $how => $has_zones) {
	$cluster = new Cluster(count(RACKS));
	$names = array_map(fn(int $i) => $cluster->name($i) . ($has_zones ? '?zone=' . RACKS[$i] : ''), array_keys(RACKS));
	$client = new McHA(null, null, implode(',', $names));
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	$rack = fn(string $key) => array_map(fn(int $i) => RACKS[$i], array_slice($cluster->preference($client, $key), 0, 2));
	$expected = [];
	for ($i = 0; $i < KEYS; $i++) {
		ok($client->set("key$i", $i), "$how: key$i is stored");
		if ($rack("key$i") !== ['a', 'a']) {
			$expected["key$i"] = $i;
		}
	}
	is(count($expected) === KEYS, $has_zones, "$how: some keys have both copies in one rack");
	$cluster->kill(0);
	$cluster->kill(3);
	is(read_all($client, $how), $expected, "$how: all keys with a copy in another rack are read");
	if (!$has_zones) {
		continue;
	}
	for ($i = 0; $i < KEYS; $i++) {
		ok($client->set("key$i", -$i), 'a write succeeds while the rack is down');
		is($client->getLastReplication()['acknowledged'], 2, 'that write has two copies');
	}
	$cluster->restart(0);
	$cluster->restart(3);
	wait_until(fn() => read_all($client, 'the rack is back') && array_column($client->getNodes(), 'state') === array_fill(0, count(RACKS), 'up'),
		what: 'all nodes to be up');
	is(read_all($client, 'the rack is back'), array_combine(array_keys($expected), array_map(fn(int $i) => -$i, $expected)), 'the rack is back, empty: no value is missing');
	for ($i = 0; $i < KEYS; $i++) {
		is(array_diff(array_slice($cluster->preference($client, "key$i"), 0, 2), array_keys($cluster->copies("key$i"))), [], "key$i is on both of its nodes again");
	}
}

done();
?>
--EXPECT--
done
