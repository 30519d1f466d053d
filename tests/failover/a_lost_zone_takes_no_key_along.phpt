--TEST--
A zone whose nodes all die takes no key along; where nobody told of zones, it takes those whose copies were both there
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const KEYS = 300;
const RACKS = ['a', 'b', 'c', 'a', 'b', 'c']; /* where the nodes stand */

/* What can be read: key => value. Of what cannot, nobody may say that it is not there. */
function read_all(McHA $client, string $how): array
{
	$found = [];
	for ($i = 0; $i < KEYS; $i++) {
		$value = $client->get("key$i");
		if ($value !== false) {
			$found["key$i"] = $value;
		} else {
			ok($client->getResultCode() !== McHA::RES_NOTFOUND, "$how: key$i is not said to be missing");
		}
	}
	return $found;
}

foreach (['zones are told' => true, 'nobody told of zones' => false] as $how => $told) {
	$cluster = new Cluster(count(RACKS));
	$names = array_map(fn(int $i) => $cluster->name($i) . ($told ? '?zone=' . RACKS[$i] : ''), array_keys(RACKS));
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
	is(count($expected) === KEYS, $told, "$how: some keys have both copies in one rack");
	$cluster->kill(0);
	$cluster->kill(3);
	is(read_all($client, $how), $expected, "$how: what has a copy elsewhere is read");
	if (!$told) {
		continue;
	}
	for ($i = 0; $i < KEYS; $i++) {
		ok($client->set("key$i", -$i), 'what is written now');
		is($client->getLastReplication()['acknowledged'], 2, 'has two copies all the same');
	}
	$cluster->restart(0);
	$cluster->restart(3);
	wait_until(fn() => read_all($client, 'the rack is back') && array_column($client->getNodes(), 'state') === array_fill(0, count(RACKS), 'up'),
		what: 'all nodes to be up');
	is(read_all($client, 'the rack is back'), array_combine(array_keys($expected), array_map(fn(int $i) => -$i, $expected)), 'the rack is back, empty: nothing is missing');
	for ($i = 0; $i < KEYS; $i++) {
		is(array_diff(array_slice($cluster->preference($client, "key$i"), 0, 2), array_keys($cluster->copies("key$i"))), [], "key$i is on both of its nodes again");
	}
}

done();
?>
--EXPECT--
done
