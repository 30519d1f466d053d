--TEST--
A node refuses a value that is too large, and no replica keeps a part of that value
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach (['meta', 'text', 'binary'] as $protocol) {
	$cluster = new Cluster(2, ['arguments' => ['-I', '2m']]);
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_COMPRESSION => false]);
	$huge = random_bytes(3 << 20);
	foreach (['set' => fn() => $client->set('key', $huge), 'add' => fn() => $client->add('new', $huge),
		'setMulti' => fn() => $client->setMulti(['a' => 1, 'key' => $huge, 'b' => 2])] as $name => $call) {
		$client->set('key', 'value');
		is($call(), false, "$protocol: $name is refused");
		is(result($client), 'RES_E2BIG', "$protocol: $name: the result code names the size");
		$copies = $cluster->copies('key');
		ok($copies === ['value', 'value'] || $copies === [], "$protocol: $name: both copies are equal");
		ok(in_array($client->get('key'), ['value', false], true), "$protocol: $name: the client reads no part of the refused value");
	}
	is($client->getMulti(['a', 'b']), ['a' => 1, 'b' => 2], "$protocol: setMulti() stores the other items");
	$client->set('key', 'value');
	is($client->append('key', $huge), false, "$protocol: append is refused");
	is(result($client), 'RES_E2BIG', "$protocol: append: the result code names the size");
	is($client->get('key'), 'value', "$protocol: append: the old value stays");
	$client->set('key', 'value');
	is($client->add('new', 'value'), true, "$protocol: a write over the same connections works");

	$client->setOption(McHA::OPT_ITEM_SIZE_LIMIT, 100);
	is($client->set('key', str_repeat('x', 101)), false, "$protocol: a value over OPT_ITEM_SIZE_LIMIT is refused");
	is(result($client), 'RES_E2BIG', "$protocol: the result code for OPT_ITEM_SIZE_LIMIT");
	is($client->get('key'), 'value', "$protocol: the client refuses the value before it sends anything");
	ok($client->set('key', str_repeat('x', 100)), "$protocol: a value of exactly OPT_ITEM_SIZE_LIMIT is stored");
}

done();
?>
--EXPECT--
done
