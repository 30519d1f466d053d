--TEST--
The client probes a down node when its retry is due, and uses the node again when it is back
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=1
mcha.retry_interval_max=1
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'value', 1000);
$cluster->kill(0);
$client->get($key);
is($client->getNodes()[0]['state'], 'down', 'the killed node is down');
$cluster->restart(0);
wait_until(function () use ($client, $key) {
	is($client->get($key), 'value', 'a read succeeds');
	return $client->getNodes()[0]['state'] === 'up';
}, what: 'the node to be used again');
wait_until(fn() => $client->get($key) === 'value' && $client->getLastReplication()['position'] === 0, what: 'the restarted node to answer the read');
is($cluster->holds(0, $key), 'value', 'a read refilled the node');
is($client->getNodes()[0]['retry_in_ms'], 0, 'the node has no retry ahead');

done();
?>
--EXPECT--
done
