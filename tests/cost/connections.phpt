--TEST--
A worker is connected with the nodes that it has asked, once for each persistent id, and with no others
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(6);
$open = fn(): int => array_sum(array_map(
	fn(int $i) => preg_match('/^STAT curr_connections (\d+)/m', $cluster->raw($i, "stats\r\n"), $found) ? (int) $found[1] : 0, array_keys($cluster->nodes)
));
/* Servers notice a moment later that a client has gone. */
$settle = fn(int $expected) => wait_until(fn() => $open() === $expected, what: "$expected connections; there are {$open()}");
$before = $open();
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1], 'one');
is($open() - $before, 0, 'a pool alone is connected with nobody');
$key = $cluster->keyLedBy($client, 2, 4);
$client->set($key, 'value');
$settle($before + 2);
$client->get($key);
$settle($before + 2);
$again = $cluster->client([], 'one');
$again->get($key);
unset($client);
$settle($before + 2);
$other = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1], 'another');
$other->get($key);
$settle($before + 3);
$own = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 1]);
$own->set($key, 'value');
$settle($before + 5);
unset($own);
$settle($before + 3);
unset($again, $other);
$settle($before + 3);
$last = $cluster->client([], 'one');
$keys = array_map(fn(int $i) => $cluster->keyLedBy($last, $i), range(0, 5));
$last->getMulti($keys);
ok($open() - $before >= 7, 'who asks all nodes is connected with all');
$last->quit();
$settle($before + 1);

done();
?>
--EXPECT--
done
