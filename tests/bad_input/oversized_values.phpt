--TEST--
Values that are too large are refused, and what was there is not half replaced
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
		is(result($client), 'RES_E2BIG', "$protocol: $name: because of its size");
		$copies = $cluster->copies('key');
		ok($copies === ['value', 'value'] || $copies === [], "$protocol: $name: both copies are alike");
		ok(in_array($client->get('key'), ['value', false], true), "$protocol: $name: no part of it is read");
	}
	is($client->getMulti(['a', 'b']), ['a' => 1, 'b' => 2], "$protocol: what else was to be stored is");
	$client->set('key', 'value');
	is($client->append('key', $huge), false, "$protocol: append is refused");
	is(result($client), 'RES_E2BIG', "$protocol: append: because of its size");
	is($client->get('key'), 'value', "$protocol: append: nothing was lost");
	$client->set('key', 'value');
	is($client->add('new', 'value'), true, "$protocol: the connections are good");

	$client->setOption(McHA::OPT_ITEM_SIZE_LIMIT, 100);
	is($client->set('key', str_repeat('x', 101)), false, "$protocol: a limit of one's own");
	is(result($client), 'RES_E2BIG', "$protocol: is said");
	is($client->get('key'), 'value', "$protocol: before anything is sent");
	ok($client->set('key', str_repeat('x', 100)), "$protocol: up to it all is well");
}

done();
?>
--EXPECT--
done
