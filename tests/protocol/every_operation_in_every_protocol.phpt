--TEST--
Every operation does the same in every protocol
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
	is($cluster->copies($key), ['value', 'value'], "$protocol: on both copies");
	between($cluster->ttl(1, $key), 900, 1000, "$protocol: with its life");
	is($client->get($key), 'value', "$protocol: get");
	is(array_column($client->getNodes(), 'protocol')[0], $spoken, "$protocol: is spoken");
	is($client->get("missing.$key"), false, "$protocol: get of nothing");
	is(result($client), 'RES_NOTFOUND', "$protocol: is a miss");
	ok(!$client->add($key, 'other'), "$protocol: add of what is there");
	/* libmemcached names the reason where the protocol does */
	is(result($client), $spoken === 'binary' ? 'RES_DATA_EXISTS' : 'RES_NOTSTORED', "$protocol: is refused");
	ok($client->add("added.$key", 'value'), "$protocol: add");
	ok($client->replace($key, 'replaced'), "$protocol: replace");
	ok(!$client->replace("missing.$key", 'replaced'), "$protocol: replace of nothing");
	is(result($client), $spoken === 'binary' ? 'RES_NOTFOUND' : 'RES_NOTSTORED', "$protocol: is refused");
	ok($client->append($key, '>'), "$protocol: append");
	ok($client->prepend($key, '<'), "$protocol: prepend");
	ok(!$client->append("missing.$key", '>'), "$protocol: append to nothing");
	is(result($client), 'RES_NOTSTORED', "$protocol: is refused");
	is($cluster->copies($key), ['<replaced>', '<replaced>'], "$protocol: both copies grew");
	$read = $client->get($key, null, McHA::GET_EXTENDED);
	ok($client->cas($read['cas'], $key, 'swapped', 500), "$protocol: cas");
	ok(!$client->cas($read['cas'], $key, 'again'), "$protocol: cas with an old token");
	is(result($client), 'RES_DATA_EXISTS', "$protocol: is refused");
	ok(!$client->cas($read['cas'], $cluster->keyLedBy($client, 0, 1, 'missing'), 'again'), "$protocol: cas of nothing");
	is(result($client), 'RES_NOTFOUND', "$protocol: is a miss");
	is($cluster->copies($key), ['swapped', 'swapped'], "$protocol: both copies are swapped");
	ok($client->touch($key, 700), "$protocol: touch");
	between($cluster->ttl(0, $key), 600, 700, "$protocol: a new life");
	between($cluster->ttl(1, $key), 600, 700, "$protocol: on both copies");
	ok(!$client->touch("missing.$key", 700), "$protocol: touch of nothing");
	$client->set("number.$key", 10);
	is($client->increment("number.$key", 5), 15, "$protocol: increment");
	is($client->decrement("number.$key", 3), 12, "$protocol: decrement");
	is($client->increment("missing.$key"), false, "$protocol: increment of nothing");
	is(result($client), 'RES_NOTFOUND', "$protocol: is a miss");
	is($client->increment("fresh.$key", 1, 50, 300), 50, "$protocol: a new counter");
	is($client->increment("fresh.$key", 1, 50, 300), 51, "$protocol: counts");
	is(array_map('trim', array_values($cluster->copies("fresh.$key"))), ['51', '51'], "$protocol: on both copies");
	$items = array_combine(array_map(fn($i) => "$protocol.m$i", range(0, 99)), range(0, 99));
	ok($client->setMulti($items, 100), "$protocol: setMulti");
	is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, "$protocol: getMulti");
	is($client->deleteMulti(["$protocol.m1", "$protocol.none"]), ["$protocol.m1" => true, "$protocol.none" => McHA::RES_NOTFOUND], "$protocol: deleteMulti");
	ok($client->delete($key), "$protocol: delete");
	is($cluster->copies($key), [], "$protocol: from both");
	ok(!$client->delete($key), "$protocol: delete of nothing");
	is(result($client), 'RES_NOTFOUND', "$protocol: is a miss");
	is(count($client->getVersion()), 3, "$protocol: getVersion");
	is(count($client->getStats()), 3, "$protocol: getStats");
	ok($client->set("large.$key", $large = random_bytes(900000)), "$protocol: a large value");
	ok($client->get("large.$key") === $large, "$protocol: comes back");
	ok(!$client->set("huge.$key", random_bytes(2 << 20)), "$protocol: a value that is too large");
	is(result($client), 'RES_E2BIG', "$protocol: is refused");
	is($client->get("number.$key"), 12, "$protocol: and the connections are good");
	$cluster->delete(0, "number.$key");
	is($client->get("number.$key"), 12, "$protocol: a lost copy is found");
	ok($client->flush(), "$protocol: flush");
	is($client->get("number.$key"), false, "$protocol: empties all");
}

done();
?>
--EXPECT--
done
