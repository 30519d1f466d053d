--TEST--
A batch larger than all socket buffers is sent and answered at the same time
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach (['meta', 'text', 'binary'] as $protocol) {
	$cluster = new Cluster(2, ['arguments' => ['-m', '256']]);
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_COMPRESSION => false]);
	$items = [];
	for ($i = 0; $i < 400; $i++) {
		$items["key$i"] = str_repeat(chr(65 + $i % 26), 100000);
	}
	ok($client->setMulti($items, 1000), "$protocol: setMulti() stores 40 MB on two nodes: " . result($client));
	ok($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER) === $items, "$protocol: getMulti() reads the large batch");
	$many = [];
	for ($i = 0; $i < 20000; $i++) {
		$many["n$i"] = $i;
	}
	ok($client->setMulti($many), "$protocol: setMulti() stores 20000 small values");
	ok($client->getMulti(array_keys($many), McHA::GET_PRESERVE_ORDER) === $many, "$protocol: getMulti() reads the small values");
	ok(!in_array(false, array_map(fn($r) => $r === true, $client->deleteMulti(array_keys($many)))), "$protocol: deleteMulti() deletes the small values");
}

done();
?>
--EXPECT--
done
