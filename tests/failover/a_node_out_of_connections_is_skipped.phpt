--TEST--
A node that accepts no more connections counts as down: other nodes hold its keys until it accepts connections again
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$narrow = new Cluster(1, ['arguments' => ['-c', '60']]);
$cluster->nodes[] = $narrow->nodes[0];
$sockets = [];
/* An answer means that the server accepted the connection. */
do {
	$sockets[] = $socket = stream_socket_client('tcp://' . $cluster->name(2), timeout: PATIENCE);
	stream_set_timeout($socket, (int) PATIENCE);
	@fwrite($socket, "mn\r\n");
} while (@fgets($socket) === "MN\r\n");
between(count($sockets), 10, 60, 'connections until the server accepts no more');
$client = $cluster->client();
for ($i = 0; $i < 100; $i++) {
	ok($client->set("key$i", $i), "key$i is stored");
	is($client->getLastReplication()['acknowledged'], 2, "key$i has two copies");
	is($client->get("key$i"), $i, "key$i is read");
}
is(array_column($client->getNodes(), 'state'), ['up', 'up', 'down'], 'the full server is down');
array_map('fclose', $sockets);
wait_until(function () use ($client) {
	for ($i = 0; $i < 100; $i++) {
		is($client->get("key$i"), $i, "key$i is read");
	}
	return $client->getNodes()[2]['state'] === 'up';
}, what: 'the full server to be used again');

done();
?>
--EXPECT--
done
