--TEST--
The client waits twice as long each time before it retries a node that fails again soon after it came back
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=1
mcha.retry_interval_max=30
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0);
$client->set($key, 'value');
$now = fn(): float => hrtime(true) / 1e9;
$requests = 0;
$state = function () use ($client, $key, &$requests): string {
	$requests++;
	is($client->get($key), 'value', 'a read succeeds');
	return $client->getNodes()[0]['state'];
};

$delay = 0; /* seconds, give or take a fifth, before the next retry of the node */
$back = 0.0;
foreach ([1, 2, 3] as $failures) {
	$cluster->kill(0);
	$before = $now();
	is($state(), 'down', 'the client notices that the node is killed');
	is($client->getNodes()[0]['failures'], $failures, "failures of the node, after $requests requests");
	/* on a slow machine this failure may not come soon after the node was back, and the wait begins anew */
	$delay = $delay && $now() - $back < 2 * $delay ? 2 * $delay : 1;
	between($client->getNodes()[0]['retry_in_ms'], 0, 1200 * 2 ** ($failures - 1), 'the wait before the retry at most doubles');
	$cluster->restart(0);
	wait_until(function () use ($state, $now, &$back) {
		$back = $now();
		return $state() === 'up';
	}, what: 'the node to be up again');
	ok($now() - $before >= 0.8 * $delay, "failure $failures: the client did not use the node for $delay seconds");
}

done();
?>
--EXPECT--
done
