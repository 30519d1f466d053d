--TEST--
Every method of the client refuses a bad key, and sends nothing to a node
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
$client->set('good', 'value');
$requests = fn(int $i) => (int) preg_replace('/.*STAT cmd_get (\d+).*STAT cmd_set (\d+).*/s', '$1', $cluster->raw($i, "stats\r\n"))
	+ (int) preg_replace('/.*STAT cmd_set (\d+).*/s', '$1', $cluster->raw($i, "stats\r\n"));
$before = $requests(0) + $requests(1);

$bad = ['empty' => '', 'too long' => str_repeat('k', 251), 'much too long' => str_repeat('k', 100000), 'space' => 'a b', 'tab' => "a\tb",
	'line feed' => "a\nb", 'carriage return' => "a\rb", 'line end' => "a\r\nb", 'NUL' => "a\0b", 'delete' => "a\x7fb", 'only a space' => ' ',
	'injected set' => "x 0 0 1\r\na\r\nset injected 0 0 5\r\nvalue", 'injected meta' => "x\r\nms injected 5\r\nvalue\r\nmg x",
	'injected flush' => "x\r\nflush_all\r\n", 'injected flags' => 'good q', 'bell' => "\x07"];
$calls = [
	'get' => fn($key) => $client->get($key), 'set' => fn($key) => $client->set($key, 1), 'add' => fn($key) => $client->add($key, 1),
	'replace' => fn($key) => $client->replace($key, 1), 'cas' => fn($key) => $client->cas(1, $key, 1),
	'append' => fn($key) => $client->append($key, 'x'), 'prepend' => fn($key) => $client->prepend($key, 'x'),
	'delete' => fn($key) => $client->delete($key), 'touch' => fn($key) => $client->touch($key, 10),
	'increment' => fn($key) => $client->increment($key), 'decrement' => fn($key) => $client->decrement($key, 1, 1),
	'checkKey' => fn($key) => $client->checkKey($key), 'get with a callback' => fn($key) => $client->get($key, fn() => ok(false, 'no callback')),
	'getByKey' => fn($key) => $client->getByKey('group', $key), 'setByKey' => fn($key) => $client->setByKey('group', $key, 1),
	'setMulti' => fn($key) => $client->setMulti([$key => 1]),
];
foreach ($bad as $name => $key) {
	foreach ($calls as $call => $run) {
		is($run($key), false, "$call: $name");
		ok(in_array(result($client), ['RES_BAD_KEY_PROVIDED', 'RES_KEY_TOO_BIG']), "$call: $name: " . result($client));
	}
	ok(!$client->getMulti([$key]), "getMulti: $name");
	is($client->getMulti(['good', $key]) ?: [], ['good' => 'value'], "getMulti: the good key is read, the bad one is left out: $name");
	is(result($client), $key === '' || strlen($key) > 250 ? 'RES_SUCCESS' : 'RES_BAD_KEY_PROVIDED', "getMulti: the client skips silently only the keys that pecl memcached skips: $name");
	is($client->deleteMulti([$key]), $key === '' ? [] : [$key => McHA::RES_BAD_KEY_PROVIDED], "deleteMulti: $name");
	is($client->getReplicas($key), [], "getReplicas: $name");
	is($client->inspect($key), [], "inspect: $name");
	$client->getByKey($key, 'good');
	ok($client->setByKey($key, 'good', 'value'), "a server key is not sent to a node, and may hold any bytes: $name");
}
is($client->getServerByKey(''), false, 'an empty server key is refused');
is(result($client), 'RES_BAD_KEY_PROVIDED', 'the result code for an empty server key');
foreach ([0, 1] as $node) {
	is(preg_match('/STAT curr_items 1\r/', $cluster->raw($node, "stats\r\n")), 1, 'the node still holds one item');
	is($cluster->holds($node, 'good'), 'value', 'the value on the node is unchanged');
	is($cluster->holds($node, 'injected'), null, 'no bad key injected a command');
	is(preg_match('/STAT total_connections [1-9]\d{0,2}\r/', $cluster->raw($node, "stats\r\n")), 1, 'the client has opened few connections');
}
ok($client->set('good', 'new'), 'a write over the same connections works');
is($client->get('good'), 'new', 'a read over the same connections gets its own reply');
ok($client->set("\x80\xff\u{e9}", 'not ASCII'), 'a key may hold bytes beyond ASCII');
is($client->get("\x80\xff\u{e9}"), 'not ASCII', 'a key of bytes beyond ASCII is found');
ok($client->set('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~', 'signs'), 'a key may hold all printable signs');
is($client->get('!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'), 'signs', 'a key of all printable signs is found');
ok($client->setMulti(['fine' => 1, 'bad key' => 2, 'also_fine' => 3]) === false, 'setMulti() with one bad key among good ones fails');
is($client->getMulti(['fine', 'also_fine']), ['fine' => 1, 'also_fine' => 3], 'setMulti() stores the items with good keys');

/* With a prefix: the client reads no memory beyond the key's own bytes (valgrind, ASan), whatever both lengths are. */
foreach ([1, 50, 100, 127] as $prefix) {
	ok($client->setOption(McHA::OPT_PREFIX_KEY, str_repeat('p', $prefix)), "a prefix of $prefix bytes");
	foreach ([251 - $prefix, 250, 251, 1000, 66000] as $length) {
		$key = str_repeat('k', $length);
		foreach ($calls as $call => $run) {
			is($run($key), false, "$call: $prefix and $length bytes");
		}
		is($client->deleteMulti(['x', $key]), ['x' => McHA::RES_NOTFOUND, $key => McHA::RES_BAD_KEY_PROVIDED],
			"deleteMulti: $prefix and $length bytes");
		is($client->deleteMultiByKey('group', [$key]), [$key => McHA::RES_BAD_KEY_PROVIDED], "deleteMultiByKey: $prefix and $length bytes");
		is($client->touchByKey('group', $key, 10), false, "touchByKey: $prefix and $length bytes");
		is($client->lock($key, 10), null, "lock: $prefix and $length bytes");
		ok(!$client->getMulti([$key]), "getMulti: $prefix and $length bytes");
		ok(!$client->getDelayed([$key]), "getDelayed: $prefix and $length bytes");
		is($client->getReplicas($key), [], "getReplicas: $prefix and $length bytes");
		is($client->inspect($key), [], "inspect: $prefix and $length bytes");
	}
	ok($client->set($key = str_repeat('k', 250 - $prefix), $prefix), "the longest key behind $prefix bytes is set");
	is($client->get($key), $prefix, "the longest key behind $prefix bytes is read");
	ok($client->delete($key), "the longest key behind $prefix bytes is deleted");
}

done();
?>
--EXPECT--
done
