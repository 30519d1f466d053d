--TEST--
A worker is connected with the nodes that it has asked, once for each persistent id, and with no others
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(6);
/* Our ends of them: servers notice a moment later that a client has gone. */
$open = fn(): int => count(preg_grep('/^socket:/', array_map(fn(string $fd) => (string) @readlink($fd), glob('/proc/self/fd/*'))));
$before = $open();
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1], 'one');
is($open() - $before, 0, 'a pool alone is connected with nobody');
$key = $cluster->keyLedBy($client, 2, 4);
$client->set($key, 'value');
is($open() - $before, 2, 'a write is connected with the nodes of both copies');
$client->get($key);
is($open() - $before, 2, 'reading needs no more');
$again = $cluster->client([], 'one');
$again->get($key);
unset($client);
is($open() - $before, 2, 'another object of the same id has the same');
/* One read in 64 asks another copy, too, unless copies are not repaired. */
$other = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1, McHA::OPT_READ_REPAIR => false], 'another');
$other->get($key);
is($open() - $before, 3, 'another id has its own');
$own = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$own->set($key, 'value');
is($open() - $before, 5, 'nobody shares with one that has no id');
unset($own);
is($open() - $before, 3, 'which ends with its object');
unset($again, $other);
is($open() - $before, 3, 'those of ids stay');
$last = $cluster->client([], 'one');
$keys = array_map(fn(int $i) => $cluster->keyLedBy($last, $i), range(0, 5));
$last->getMulti($keys);
ok($open() - $before >= 7, 'who asks all nodes is connected with all');
$last->quit();
is($open() - $before, 1, 'and end when that is asked for');

done();
?>
--EXPECT--
done
