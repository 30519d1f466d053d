--TEST--
A value that holds protocol commands injects none of them
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_COMPRESSION => false]);
	foreach (["\r\nset injected 0 0 1\r\nx\r\n", "x\r\nms injected 1\r\nx", "END\r\n", "EN\r\nHD\r\nMN\r\n", "\r\n", "\n", "\0\r\n\0"] as $value) {
		ok($client->set('key', $value), "$protocol: the value is stored");
		is($client->get('key'), $value, "$protocol: get() reads the value");
		is($client->getMulti(['key', 'none', 'key']), ['key' => $value], "$protocol: getMulti() reads the value beside other keys");
		$client->set('key', 'x');
		ok($client->append('key', $value), "$protocol: the value is appended");
		is($client->get('key'), "x$value", "$protocol: get() reads the appended value");
	}
	foreach ([0, 1] as $node) {
		is($cluster->holds($node, 'injected'), null, "$protocol: no value injected a command");
	}
}

done();
?>
--EXPECT--
done
