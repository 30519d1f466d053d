--TEST--
Every operation has the same result in every protocol
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
foreach (['meta' => 'meta', 'text' => 'text', 'binary' => 'binary', 'auto' => 'meta'] as $protocol => $spoken) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_COMPRESSION => false]);
	$key = $cluster->keyLedBy($client, 0, 1, "$protocol.");
	ok($client->set($key, 'value', 1000), "$protocol: set");
	is($cluster->copies($key), ['value', 'value'], "$protocol: both copies are written");
	between($cluster->ttl(1, $key), 900, 1000, "$protocol: the copy has its TTL");
	is($client->get($key), 'value', "$protocol: get");
	is(array_column($client->getNodes(), 'protocol')[0], $spoken, "$protocol: is spoken");
	is($client->get("missing.$key"), false, "$protocol: get of a missing key");
	is(result($client), 'RES_NOTFOUND', "$protocol: get: the result is a miss");
	ok(!$client->add($key, 'other'), "$protocol: add of an existing key");
	/* libmemcached reports the reason where the protocol does */
	is(result($client), $spoken === 'binary' ? 'RES_DATA_EXISTS' : 'RES_NOTSTORED', "$protocol: add is refused");
	ok($client->add("added.$key", 'value'), "$protocol: add");
	ok($client->replace($key, 'replaced'), "$protocol: replace");
	ok(!$client->replace("missing.$key", 'replaced'), "$protocol: replace of a missing key");
	is(result($client), $spoken === 'binary' ? 'RES_NOTFOUND' : 'RES_NOTSTORED', "$protocol: replace is refused");
	ok($client->append($key, '>'), "$protocol: append");
	ok($client->prepend($key, '<'), "$protocol: prepend");
	ok(!$client->append("missing.$key", '>'), "$protocol: append to a missing key");
	is(result($client), 'RES_NOTSTORED', "$protocol: append is refused");
	is($cluster->copies($key), ['<replaced>', '<replaced>'], "$protocol: both copies grew");
	$read = $client->get($key, null, McHA::GET_EXTENDED);
	ok($client->cas($read['cas'], $key, 'swapped', 500), "$protocol: cas");
	ok(!$client->cas($read['cas'], $key, 'again'), "$protocol: cas with an old token");
	is(result($client), 'RES_DATA_EXISTS', "$protocol: cas is refused");
	ok(!$client->cas($read['cas'], $cluster->keyLedBy($client, 0, 1, 'missing'), 'again'), "$protocol: cas of a missing key");
	is(result($client), 'RES_NOTFOUND', "$protocol: cas: the result is a miss");
	is($cluster->copies($key), ['swapped', 'swapped'], "$protocol: both copies are swapped");
	ok($client->touch($key, 700), "$protocol: touch");
	between($cluster->ttl(0, $key), 600, 700, "$protocol: touch changes the TTL");
	between($cluster->ttl(1, $key), 600, 700, "$protocol: touch changes the TTL of both copies");
	ok(!$client->touch("missing.$key", 700), "$protocol: touch of a missing key");
	$client->set("number.$key", 10);
	is($client->increment("number.$key", 5), 15, "$protocol: increment");
	is($client->decrement("number.$key", 3), 12, "$protocol: decrement");
	is($client->increment("missing.$key"), false, "$protocol: increment of a missing key");
	is(result($client), 'RES_NOTFOUND', "$protocol: increment: the result is a miss");
	is($client->increment("fresh.$key", 1, 50, 300), 50, "$protocol: a new counter");
	is($client->increment("fresh.$key", 1, 50, 300), 51, "$protocol: counts");
	is(array_map('trim', array_values($cluster->copies("fresh.$key"))), ['51', '51'], "$protocol: both copies of the counter");
	$items = array_combine(array_map(fn($i) => "$protocol.m$i", range(0, 99)), range(0, 99));
	ok($client->setMulti($items, 100), "$protocol: setMulti");
	is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, "$protocol: getMulti");
	is($client->deleteMulti(["$protocol.m1", "$protocol.none"]), ["$protocol.m1" => true, "$protocol.none" => McHA::RES_NOTFOUND], "$protocol: deleteMulti");
	ok($client->delete($key), "$protocol: delete");
	is($cluster->copies($key), [], "$protocol: delete removes both copies");
	ok(!$client->delete($key), "$protocol: delete of a missing key");
	is(result($client), 'RES_NOTFOUND', "$protocol: delete: the result is a miss");
	is(count($client->getVersion()), 3, "$protocol: getVersion");
	is(count($client->getStats()), 3, "$protocol: getStats");
	ok($client->set("large.$key", $large = random_bytes(900000)), "$protocol: a large value");
	ok($client->get("large.$key") === $large, "$protocol: the large value comes back");
	ok(!$client->set("huge.$key", random_bytes(2 << 20)), "$protocol: a value that is too large");
	is(result($client), 'RES_E2BIG', "$protocol: the too large value is refused");
	is($client->get("number.$key"), 12, "$protocol: the connections work after a refused value");
	$cluster->delete(0, "number.$key");
	is($client->get("number.$key"), 12, "$protocol: a read finds the remaining copy");
	$cluster->delete($cluster->preference($client, "number.$key")[1], "number.$key");
	is($client->repair(["number.$key", "missing.$key"]), ["number.$key"], "$protocol: repair");
	is(count($cluster->copies("number.$key")), 2, "$protocol: repair stores the copy that was missing");
	ok($client->flush(), "$protocol: flush");
	is($client->get("number.$key"), false, "$protocol: flush empties all nodes");
}

done();
?>
--EXPECT--
done
