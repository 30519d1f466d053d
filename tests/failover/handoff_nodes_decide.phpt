--TEST--
While both homes of a key are down a handoff node decides add, replace and cas, and homes that come back take its value over
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=1
mcha.retry_interval_max=1
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$up = fn(McHA $client, int $i): bool => $client->getNodes()[$i]['state'] === 'up';

foreach ([McHA::PROTOCOL_META, McHA::PROTOCOL_TEXT, McHA::PROTOCOL_BINARY] as $protocol) {
	foreach (['killed', 'stopped'] as $how) {
		$case = "protocol $protocol, $how";
		$cluster = new Cluster(3);
		$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_OPERATION_TIMEOUT => 4000]);
		$key = $cluster->keyLedBy($client, 0, 1);
		wait_until(fn() => $client->set($key, 'old') && count($cluster->copies($key)) === 2, what: 'two copies');
		$client->set("$key.new", 'x');
		foreach ([0, 1] as $i) {
			$how === 'killed' ? $cluster->kill($i) : $cluster->stop($i);
		}
		wait_until(fn() => $client->set($key, 'to be deleted') && !$up($client, 0) && !$up($client, 1), what: 'both homes to be known to be down');
		$client->delete($key);
		ok($client->add($key, 'added'), "$case: an add succeeds: " . result($client));
		is($client->add($key, 'again'), false, "$case: a second add fails");
		ok(in_array(result($client), ['RES_NOTSTORED', 'RES_DATA_EXISTS'], true), "$case: the result code of the second add: " . result($client));
		ok($client->replace($key, 'replaced'), "$case: a replace succeeds");
		$got = $client->get($key, null, McHA::GET_EXTENDED);
		is($got['value'] ?? null, 'replaced', "$case: get() reads the replaced value");
		ok($client->cas($got['cas'], $key, 'swapped'), "$case: a cas succeeds: " . result($client));
		is($client->cas($got['cas'], $key, 'swapped twice'), false, "$case: a second cas with the same token fails");
		is($client->replace("$key.none", 'x'), false, "$case: a replace fails for a key that only a home may have");
		ok(!in_array(result($client), ['RES_NOTSTORED', 'RES_NOTFOUND'], true) || $cluster->preference($client, "$key.none")[2] !== 2,
			"$case: its result code is not a miss: " . result($client));
		foreach ([0, 1] as $i) {
			$how === 'killed' ? $cluster->restart($i) : $cluster->cont($i);
			wait_until(function () use ($client, $key, $case, $up, $i) {
				if ($client->add($key, 'added when a node comes back')) {
					echo "NOT SO: $case: node $i comes back: the add is refused\n";
				}
				$value = $client->get($key);
				if ($value !== 'swapped') {
					ok(result($client) !== 'RES_NOTFOUND' && $value === false, "$case: node $i comes back: a read that does not return the acknowledged value fails: " . show($value) . ' ' . result($client));
				}
				return $up($client, $i) && $value === 'swapped';
			}, what: "$case: node $i to be back with the value");
		}
		wait_until(fn() => $client->get($key) === 'swapped' && ($cluster->copies($key)[0] ?? '') === 'swapped' && ($cluster->copies($key)[1] ?? '') === 'swapped',
			what: "$case: both homes to have the value");
	}
}

done();
?>
--EXPECT--
done
