--TEST--
A read policy starts reads at the first home node, at a random one, or at the nearest
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.compression_threshold=100000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$gets = fn(int $i) => (int) preg_replace('/.*STAT cmd_get (\d+).*/s', '$1', $cluster->raw($i, "stats\r\n"));
$read = function (McHA $client, string $key) use ($cluster, $gets): array {
	$before = array_map($gets, [0, 1, 2]);
	for ($i = 0; $i < 200; $i++) {
		is($client->get($key), 'value', 'the value');
	}
	return array_map(fn($b, $a) => $b - $a, array_map($gets, [0, 1, 2]), $before);
};
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 2, 0);
$client->set($key, 'value');
[$second, $other, $first] = $read($client, $key);
is([$other, $first], [0, 200], 'ordered: reads go to the first home node');
between($second, 0, 20, 'ordered: a sample goes to the second home node');
$client->setOption(McHA::OPT_READ_POLICY, 'balanced');
$found = $read($client, $key);
ok($found[0] > 20 && $found[2] > 20 && $found[1] === 0, 'balanced: reads go to both home nodes and to no other node: ' . json_encode($found));

$zoned = new McHA(null, null, "{$cluster->name(0)}?zone=here,{$cluster->name(1)}?zone=there,{$cluster->name(2)}?zone=there");
$zoned->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000,
	McHA::OPT_READ_POLICY => 'nearest', McHA::OPT_LOCAL_ZONE => 'here']);
for ($i = 0; $cluster->preference($zoned, $key = "key$i")[0] === 0; $i++) {
}
$zoned->set($key, 'value');
$found = $read($zoned, $key);
is($found[0], 200, 'nearest: reads go to the local zone, although it does not have the first home node');
between($found[1] + $found[2], 0, 20, 'nearest: a sample goes to the other home node');

done();
?>
--EXPECT--
done
