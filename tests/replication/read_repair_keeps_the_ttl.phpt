--TEST--
Read repair restores a lost copy with its remaining TTL
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_USER_FLAGS => 9]);
$key = $cluster->keyLedBy($client, 0, 1);
foreach (['with a relative expiration' => 1000, 'without expiration' => 0, 'with an absolute expiration' => time() + 5000] as $name => $expiration) {
	$client->set($key, [1, 2, 3], $expiration);
	$client->touch($key, $expiration);
	[$life, $flags, $bytes] = [$cluster->ttl(1, $key), $cluster->flags(1, $key), $cluster->holds(1, $key)];
	$cluster->delete(0, $key);
	is($client->get($key), [1, 2, 3], "$name: the value is found");
	is($client->getLastReplication()['repaired'], 1, "$name: the report counts one repair");
	is($cluster->holds(0, $key), $bytes, "$name: the restored copy has the same bytes");
	is($cluster->flags(0, $key), $flags, "$name: the restored copy has the same flags");
	$life === -1 ? is($cluster->ttl(0, $key), -1, "$name: no end")
		: between($cluster->ttl(0, $key), $life - 20, $life, "$name: the restored copy has the remaining TTL and no more");
	is($cluster->holds(2, $key), null, "$name: no third node has a copy");
}

$keys = [];
for ($i = 0; $i < 300; $i++) {
	$keys["key$i"] = "value $i";
}
$client->setMulti($keys, 700);
$cluster->raw(0, "flush_all\r\n");
$found = $client->getMulti(array_keys($keys), McHA::GET_PRESERVE_ORDER);
is($found, $keys, 'getMulti() finds all values');
$repaired = $client->getLastReplication()['repaired'];
$led = array_filter(array_keys($keys), fn($key) => $cluster->preference($client, $key)[0] === 0);
between($repaired, count($led), 300, 'getMulti() repairs the lost copies, and second copies that its samples check');
foreach ($led as $key) {
	is($cluster->holds(0, $key), $keys[$key], "$key is restored");
	between($cluster->ttl(0, $key), 650, 700, "$key is restored with its TTL");
}

$client->setOption(McHA::OPT_READ_REPAIR, false);
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'value');
$cluster->delete(0, $key);
is($client->get($key), 'value', 'read_repair=0: the value is found');
is($cluster->holds(0, $key), null, 'no copy is restored');

$client->setOptions([McHA::OPT_READ_REPAIR => true, McHA::OPT_MISS_FAILOVER => 'never']);
is($client->get($key), false, 'miss_failover=never: the first home node\'s miss is the result');
is(result($client), 'RES_NOTFOUND', 'miss_failover=never: the result is a miss');
$client->setOption(McHA::OPT_MISS_FAILOVER, 'recovering');
is($client->get($key), false, 'miss_failover=recovering: the node was never down, so its miss is the result');

done();
?>
--EXPECT--
done
