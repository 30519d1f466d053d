--TEST--
A process has one connection for each persistent id to each node that it has asked (the journal's too), and no others
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.hint_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(6);
/* The sockets of this process: servers notice a moment later that a client has closed its connection. */
$open = fn(): int => count(preg_grep('/^socket:/', array_map(fn(string $fd) => (string) @readlink($fd), glob('/proc/self/fd/*'))));
$before = $open();
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1], 'one');
is($open() - $before, 0, 'a new pool has no connection');
$key = $cluster->keyLedBy($client, 2, 4);
$client->set($key, 'value');
is($open() - $before, 2, 'a write connects to the nodes of both copies');
$client->get($key);
is($open() - $before, 2, 'a read needs no more connections');
$again = $cluster->client([], 'one');
$again->get($key);
unset($client);
is($open() - $before, 2, 'another object of the same id uses the same connections');
/* With read repair one read in 64 asks another copy, too. */
$other = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_READ_REPAIR => false], 'another');
$other->get($key);
is($open() - $before, 3, 'another id has its own connection');
$own = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$own->set($key, 'value');
is($open() - $before, 5, 'a client without an id has its own connections');
unset($own);
is($open() - $before, 3, 'the connections of a client without an id end with its object');
unset($again, $other);
is($open() - $before, 3, 'the connections of the ids stay after their objects');
$last = $cluster->client([], 'one');
$keys = array_map(fn(int $i) => $cluster->keyLedBy($last, $i), range(0, 5));
$last->getMulti($keys);
ok($open() - $before >= 7, 'a client that has asked all nodes is connected to all');
$last->quit();
is($open() - $before, 1, 'quit() closes the connections of its pool');


/* One process of a host asks three nodes for other hosts' hints. */
ini_set('mcha.hint_interval', 1000);
$before = $open();
$reading = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1], 'reading');
$reading->get($key);
ok($open() - $before >= 3 && $open() - $before <= 4, 'the first read of a host asks the journal, on three nodes');

done();
?>
--EXPECT--
done
