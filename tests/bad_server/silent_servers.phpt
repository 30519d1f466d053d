--TEST--
A silent server uses up its share of the operation's time only, and its late reply is never used
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
	wait_until(fn() => $client->set($key, 'value') && $client->getLastReplication()['acknowledged'] === 2, what: 'both replicas to acknowledge');
	wait_until(fn() => $client->get($key) === 'value', what: 'a read from the other replica within the time limit');
	is($client->getLastReplication()['position'], 1, "$name: the other copy is read");
	is(array_keys($client->getLastReplication()['failed']), [$front->name], "$name: the report names the node that failed");
	$connections = count($front->seen('/^connect$/'));
	wait_until(fn() => $client->get($key) === 'value', what: 'a read from the other replica within the time limit');
	/* the server may accept a connection after the client has closed it */
	wait_until(fn() => count($front->seen('/^connect$/')) > $connections, what: "$name: a new connection in place of the failed one");
}

done();
?>
--EXPECT--
done
