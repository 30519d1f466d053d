--TEST--
While both home nodes of a key are down a handoff node decides add, replace and cas, and homes that come back go on from there
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
		wait_until(fn() => $client->set($key, 'to be deleted') && !$up($client, 0) && !$up($client, 1), what: 'both to be known to be down');
		$client->delete($key);
		ok($client->add($key, 'added'), "$case: an add is decided: " . result($client));
		is($client->add($key, 'again'), false, "$case: once");
		ok(in_array(result($client), ['RES_NOTSTORED', 'RES_DATA_EXISTS'], true), "$case: and refused after that: " . result($client));
		ok($client->replace($key, 'replaced'), "$case: what lies there can be replaced");
		$got = $client->get($key, null, McHA::GET_EXTENDED);
		is($got['value'] ?? null, 'replaced', "$case: read");
		ok($client->cas($got['cas'], $key, 'swapped'), "$case: and swapped: " . result($client));
		is($client->cas($got['cas'], $key, 'swapped twice'), false, "$case: once");
		is($client->replace("$key.none", 'x'), false, "$case: what a home may have");
		ok(!in_array(result($client), ['RES_NOTSTORED', 'RES_NOTFOUND'], true) || $cluster->preference($client, "$key.none")[2] !== 2,
			"$case: is not said to be missing: " . result($client));
		foreach ([0, 1] as $i) {
			$how === 'killed' ? $cluster->restart($i) : $cluster->cont($i);
			wait_until(function () use ($client, $key, $case, $up, $i) {
				if ($client->add($key, 'added by whoever sees a node come back')) {
					echo "NOT SO: $case: node $i comes back: the add is refused\n";
				}
				$value = $client->get($key);
				if ($value !== 'swapped') {
					ok(result($client) !== 'RES_NOTFOUND' && $value === false, "$case: node $i comes back: what was acknowledged is read: " . show($value) . ' ' . result($client));
				}
				return $up($client, $i) && $value === 'swapped';
			}, what: "$case: node $i to be back with the value");
		}
		wait_until(fn() => $client->get($key) === 'swapped' && ($cluster->copies($key)[0] ?? '') === 'swapped' && ($cluster->copies($key)[1] ?? '') === 'swapped',
			what: "$case: both homes to have it");
	}
}

done();
?>
--EXPECT--
done
