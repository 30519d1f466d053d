--TEST--
A node that is back is tried when its retry is due, and used again
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
is($client->getNodes()[0]['state'], 'down', 'it is down');
$cluster->restart(0);
wait_until(function () use ($client, $key) {
	is($client->get($key), 'value', 'it is read all the time');
	return $client->getNodes()[0]['state'] === 'up';
}, what: 'the node to be used again');
wait_until(fn() => $client->get($key) === 'value' && $client->getLastReplication()['position'] === 0, what: 'its first copy to answer again');
is($cluster->holds(0, $key), 'value', 'it was refilled');
is($client->getNodes()[0]['retry_in_ms'], 0, 'nothing is to be retried');

done();
?>
--EXPECT--
done
