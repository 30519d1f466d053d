--TEST--
A process that alone cannot reach a key's authority decides no cas on another node while other processes use that authority: no change is lost
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/bystanders.inc';

const LIMIT = 80; /* a server counts all its descriptors, also inherited ones */
const LEAST = 200;
$cluster = new Cluster(3, ['arguments' => ['-c', (string) LIMIT, '-t', '1']]);
$client = $cluster->client();
$keys = array_map(fn(int $node) => $cluster->keyLedBy($client, $node, ($node + 1) % 3), [0, 1, 2]);
foreach ($keys as $key) {
	$client->set($key, 0);
}
$client->quit();

/* Adds one to each of the keys, over and over; returns the number of acknowledged changes by key. */
$count = fn(bool $alone) => function (callable $goes_on) use ($cluster, $keys, $alone): array {
	$crowd = [];
	for ($i = 0; $alone && $i < 2 * LIMIT; $i++) {
		$crowd[] = stream_socket_client("tcp://{$cluster->nodes[0]->name}");
	}
	$client = $cluster->client();
	$client->getMulti($keys); /* (the process without trouble connects before the other takes all remaining connections) */
	$acknowledged = [0, 0, 0];
	for ($rounds = 0; $goes_on() || $rounds < LEAST; $rounds++) {
		foreach ($keys as $i => $key) {
			$found = $client->get($key, null, McHA::GET_EXTENDED);
			if ($found && $client->cas($found['cas'], $key, $found['value'] + 1)) {
				$acknowledged[$i]++;
			}
		}
	}
	return $acknowledged;
};
$reaching = new Fork($count(false));
$cut_off = new Fork($count(true));
$alone = $cut_off->stop();
$all = $reaching->stop();
ok($all[0] > 0, 'the process that reaches node 0 changes the key that node 0 leads');
is($alone[0], 0, 'the process that cannot reach node 0 does not change that key');
ok($alone[1] > 0 && $alone[2] > 0, 'the process that cannot reach node 0 changes the keys that other nodes lead: ' . show($alone));
foreach ($keys as $i => $key) {
	is($client->get($key), $alone[$i] + $all[$i], "no acknowledged change of the key that node $i leads is lost");
}

done();
?>
--EXPECT--
done
