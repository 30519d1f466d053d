--TEST--
A first read long after a node was restarted refills the key's second copy
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.failover_ttl=1
mcha.retry_interval=1
mcha.retry_interval_max=1
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$keys = array_map(fn(int $i) => "key$i", range(1, 40));
$client->setMulti(array_fill_keys($keys, 'value'), 3600);
$cluster->restart(1);
$other = $cluster->keyLedBy($client, 1, 0, 'other');
$client->get($other);
$noticed = hrtime(true);
/* longer than the client watches for lost copies after a failure: failover_ttl and retry_interval_max */
wait_until(fn() => hrtime(true) - $noticed > 3e9, what: 'the restart to be long ago');
foreach ($keys as $key) {
	is($client->get($key), 'value', 'a key is read after the restart');
	is(count($cluster->copies($key)), 2, 'the read refilled the second copy');
}
/* A new client, which did not see the restart. */
$cluster->restart(1);
$noticed = hrtime(true);
wait_until(fn() => hrtime(true) - $noticed > 3e9, what: 'the next restart to be long ago');
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
foreach ($keys as $key) {
	is($client->get($key), 'value', 'a new client reads a key after the next restart');
}
foreach ($keys as $key) {
	$client->get($key);
	is(count($cluster->copies($key)), 2, 'the reads of the new client refilled the second copy');
}

done();
?>
--EXPECT--
done
