--TEST--
Old and new servers share a pool
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
ok($client->setMulti($items, 500), 'many are stored');
is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, 'and read');
is(array_column($client->getNodes(), 'protocol'), ['text', 'meta'], 'each in its own way');
foreach ($items as $key => $value) {
	is($cluster->copies($key), ["$value", "$value"], "$key is on both");
}
is($client->increment('key7', 10), 17, 'they count together');
is(array_map('trim', $cluster->copies('key7')), ['17', '17'], 'equally');
$cluster->delete(1, 'key7');
is($client->get('key7'), 17, 'what the new one lost the old one has');
$cluster->delete(0, 'key8');
is($client->get('key8'), 8, 'and the other way round');

done();
?>
--EXPECT--
done
