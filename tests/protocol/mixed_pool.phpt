--TEST--
A pool may have old servers (text) and new servers (meta)
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$old = new BadServer([['match' => '/^(mn|mg|ms|md|ma|me)\b/', 'reply' => "ERROR\r\n"]], $cluster->nodes[0]);
$client = new McHA();
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
$client->addServer($old->host, $old->port);
$client->addServer($cluster->nodes[1]->host, $cluster->nodes[1]->number);
$items = array_combine(array_map(fn($i) => "key$i", range(0, 99)), range(0, 99));
ok($client->setMulti($items, 500), 'setMulti() stores many values');
is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, 'getMulti() reads all values');
is(array_column($client->getNodes(), 'protocol'), ['text', 'meta'], 'each node is spoken to in its own protocol');
foreach ($items as $key => $value) {
	is($cluster->copies($key), ["$value", "$value"], "both nodes have $key");
}
is($client->increment('key7', 10), 17, 'increment() works over both protocols');
is(array_map('trim', $cluster->copies('key7')), ['17', '17'], 'both copies of the counter are equal');
$cluster->delete(1, 'key7');
is($client->get('key7'), 17, 'a read finds the old server\'s copy');
$cluster->delete(0, 'key8');
is($client->get('key8'), 8, 'a read finds the new server\'s copy');

done();
?>
--EXPECT--
done
