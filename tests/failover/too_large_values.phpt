--TEST--
A value that is too large is refused with RES_E2BIG, also while a node is down
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$huge = str_repeat('value ', 1 << 18);
foreach (['meta', 'text', 'binary', 'quorum'] as $how) {
	$cluster = new Cluster(3);
	$options = [McHA::OPT_COMPRESSION => false, McHA::OPT_RETRY_TIMEOUT => 1, McHA::OPT_DEAD_TIMEOUT => 1000]
		+ ($how === 'quorum' ? [McHA::OPT_READ_POLICY => 'quorum', McHA::OPT_NUMBER_OF_REPLICAS => 2] : [McHA::OPT_PROTOCOL => $how]);
	$client = $cluster->client($options);
	$key = $cluster->keyLedBy($client, 0, 2);
	/* (a quorum cannot decide while two of three nodes have been restarted lately) */
	foreach (array_slice(['no node', 'the second home', 'the first home'], 0, $how === 'quorum' ? 2 : 3) as $i => $down) {
		if ($i === 1) {
			$cluster->kill(2);
		} elseif ($i === 2) {
			$cluster->restart(2);
			wait_until(fn() => $client->set($key, 'value') && isset($cluster->copies($key)[2]), what: 'the node to be used again');
			$cluster->kill(0);
		}
		foreach (['found to be', 'known to be'] as $known) {
			$token = fn(McHA $client) => $client->get($key, null, McHA::GET_EXTENDED)['cas'];
			$calls = [
				'set' => fn(McHA $client) => $client->set($key, $huge), 'setMulti' => fn(McHA $client) => $client->setMulti([$key => $huge]),
				'add' => fn(McHA $client) => $client->add($key, $huge), 'replace' => fn(McHA $client) => $client->replace($key, $huge),
				'append' => fn(McHA $client) => $client->append($key, $huge), 'cas' => fn(McHA $client) => $client->cas($token($client), $key, $huge),
			];
			foreach ($calls as $name => $call) {
				$what = "$how, $down $known down: $name";
				if ($known === 'found to be') {
					$client = $cluster->client($options); /* a client with new connections */
				}
				$client->delete($key);
				$name === 'add' || $client->set($key, 'old');
				is($call($client), false, $what);
				is(result($client), 'RES_E2BIG', "$what: the result code");
				is($client->get($key), $name === 'add' ? false : 'old', "$what: the value has not changed");
			}
		}
	}
}

done();
?>
--EXPECT--
done
