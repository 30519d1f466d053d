--TEST--
A node that fails again soon after it came back is left alone for twice as long each time
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
	is($client->get($key), 'value', 'the value is read all the time');
	return $client->getNodes()[0]['state'];
};

$delay = 0; /* seconds, give or take a fifth, that it is left alone for at least */
$back = 0.0;
foreach ([1, 2, 3] as $failures) {
	$cluster->kill(0);
	$before = $now();
	is($state(), 'down', 'it is killed');
	is($client->getNodes()[0]['failures'], $failures, "what failed of $requests requests");
	/* a machine so slow that this was not soon after makes it begin anew */
	$delay = $delay && $now() - $back < 2 * $delay ? 2 * $delay : 1;
	between($client->getNodes()[0]['retry_in_ms'], 0, 1200 * 2 ** ($failures - 1), 'the wait doubles, and no more');
	$cluster->restart(0);
	wait_until(function () use ($state, $now, &$back) {
		$back = $now();
		return $state() === 'up';
	}, what: 'it to be up again');
	ok($now() - $before >= 0.8 * $delay, "failure $failures: it is left alone for $delay seconds");
}

done();
?>
--EXPECT--
done
