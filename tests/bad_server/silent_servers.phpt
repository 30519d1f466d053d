--TEST--
A server that says nothing uses up its share of the time and no more, and is never believed late
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
mcha.operation_timeout=600
mcha.connect_timeout=300
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
foreach (['silent' => [], 'silent after a word' => ['reply' => 'VA '], 'silent within a value' => ['reply' => "VA 1000 {opaque} f0\r\nwrong"]] as $name => $rule) {
	$front = new BadServer([$rule + ['match' => '/^mg key/']], $cluster->nodes[0]);
	$client = new McHA();
	$client->addServer($front->host, $front->port);
	$client->addServer($cluster->nodes[1]->host, $cluster->nodes[1]->number);
	for ($i = 0; $client->getReplicas($key = "key$i")[0]['port'] !== $front->port; $i++) {
	}
	wait_until(fn() => $client->set($key, 'value') && $client->getLastReplication()['acknowledged'] === 2, what: 'both copies');
	wait_until(fn() => $client->get($key) === 'value', what: 'the other copy to be read within the time');
	is($client->getLastReplication()['position'], 1, "$name: the other copy is read");
	is(array_keys($client->getLastReplication()['failed']), [$front->name], "$name: and it is said who failed");
	$connections = count($front->seen('/^connect$/'));
	wait_until(fn() => $client->get($key) === 'value', what: 'the other copy to be read within the time');
	/* it may take connections later than we go away */
	wait_until(fn() => count($front->seen('/^connect$/')) > $connections, what: "$name: another connection than the one that failed");
}

done();
?>
--EXPECT--
done
