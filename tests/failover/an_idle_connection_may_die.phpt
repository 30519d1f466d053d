--TEST--
An operation succeeds after a server restarted while the connection was idle
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach ([0, 1] as $replicas) {
	$cluster = new Cluster(1 + $replicas);
	$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => $replicas]);
	foreach (['set' => fn() => $client->set('key', 'value'), 'get' => fn() => $client->get('key') === false && result($client) === 'RES_NOTFOUND',
		'add' => fn() => $client->add('key', 'value'), 'increment' => fn() => $client->increment('number', 1, 1) === 1,
		'getMulti' => fn() => $client->getMulti(['key']) === []] as $name => $operation) {
		ok($client->set('warm', 'up'), "$name: the connection is in use");
		foreach ($cluster->nodes as $i => $node) {
			$cluster->restart($i);
		}
		ok($operation(), "$name goes on over a new connection, $replicas replicas: " . result($client));
	}
}

done();
?>
--EXPECT--
done
