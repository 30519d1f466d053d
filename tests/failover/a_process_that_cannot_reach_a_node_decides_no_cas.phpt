--TEST--
A process that alone cannot reach a node decides no compare-and-swap on another one, while other processes let that node decide: no change is lost
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/bystanders.inc';

const LIMIT = 80; /* a server counts its other descriptors, too, and those that it has inherited */
const LEAST = 200;
$cluster = new Cluster(3, ['arguments' => ['-c', (string) LIMIT, '-t', '1']]);
$client = $cluster->client();
$keys = array_map(fn(int $node) => $cluster->keyLedBy($client, $node, ($node + 1) % 3), [0, 1, 2]);
foreach ($keys as $key) {
	$client->set($key, 0);
}
$client->quit();

/* Adds one to each of the keys, over and over; how often each of these was acknowledged. */
$count = fn(bool $alone) => function (callable $goes_on) use ($cluster, $keys, $alone): array {
	$crowd = [];
	for ($i = 0; $alone && $i < 2 * LIMIT; $i++) {
		$crowd[] = stream_socket_client("tcp://{$cluster->nodes[0]->name}");
	}
	$client = $cluster->client();
	$client->getMulti($keys); /* a process that is well has its connections before the other takes all that are left */
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
$well = new Fork($count(false));
$troubled = new Fork($count(true));
$alone = $troubled->stop();
$all = $well->stop();
ok($all[0] > 0, 'a process that reaches the node changes what it leads');
is($alone[0], 0, 'one that does not reach it changes nothing of that');
ok($alone[1] > 0 && $alone[2] > 0, 'but what other nodes lead: ' . show($alone));
foreach ($keys as $i => $key) {
	is($client->get($key), $alone[$i] + $all[$i], "every change of a key that node $i leads is there");
}

done();
?>
--EXPECT--
done
