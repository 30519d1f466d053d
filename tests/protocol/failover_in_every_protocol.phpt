--TEST--
In every protocol all operations succeed while a node is down
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach (['meta', 'text', 'binary'] as $protocol) {
	foreach ([0, 1] as $victim) {
		$cluster = new Cluster(3);
		$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_COMPRESSION => false]);
		$key = $cluster->keyLedBy($client, 0, 1);
		$number = $cluster->keyLedBy($client, 0, 1, 'number');
		$fresh = $cluster->keyLedBy($client, 0, 1, 'fresh');
		$items = array_combine(array_map(fn($i) => "m$i", range(0, 49)), range(0, 49));
		$client->set($key, 'value', 1000);
		$client->set($number, 10);
		$client->setMulti($items);
		$cluster->kill($victim);
		$what = "$protocol, node $victim killed";
		is($client->get($key), 'value', "$what: get");
		is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, "$what: getMulti");
		is($client->increment($number, 5), 15, "$what: increment");
		ok($client->set($key, 'new'), "$what: set");
		ok($client->add($fresh, 'added'), "$what: add");
		ok(!$client->add($fresh, 'again'), "$what: add again");
		$read = $client->get($key, null, McHA::GET_EXTENDED);
		ok($client->cas($read['cas'], $key, 'swapped'), "$what: cas");
		ok($client->append($key, '>'), "$what: append");
		ok($client->touch($key, 100), "$what: touch");
		ok($client->setMulti($items), "$what: setMulti");
		$cluster->restart($victim);
		is($client->get($key), 'swapped>', "$what and restarted: get");
		is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, "$what and restarted: getMulti");
		is($client->increment($number, 5), 20, "$what and restarted: increment");
		is($client->get($fresh), 'added', "$what and restarted: get of the added key");
		ok($client->delete($key), "$what and restarted: delete");
		is($client->get($key), false, "$what and restarted: get of a deleted key");
	}
}

done();
?>
--EXPECT--
done
