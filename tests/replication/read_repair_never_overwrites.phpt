--TEST--
Read repair never overwrites a value that another client wrote in the meantime
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* The first node answers through a proxy that lets another client write a value right after the node has reported a miss. */
$cluster = new Cluster(2);
$front = new BadServer([['match' => '/^mg key/', 'times' => 1, 'reply' => "EN {opaque}\r\n"]], $cluster->nodes[0]);
$client = new McHA();
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_PROTOCOL => 'meta']);
$client->addServer($front->host, $front->port);
$client->addServer($cluster->nodes[1]->host, $cluster->nodes[1]->number);
for ($i = 0; ($client->getReplicas($key = "key$i")[0]['port']) !== $front->port; $i++) {
}
$cluster->raw(0, "set $key 0 0 3\r\nnew\r\n");
$cluster->raw(1, "set $key 0 0 3\r\nold\r\n");
is($client->get($key), 'old', 'after a miss on the first node the reader finds the second copy');
is($cluster->holds(0, $key), 'new', 'its read repair does not replace the newer value');
is($client->get($key), 'new', 'get() returns the newer value');

done();
?>
--EXPECT--
done
