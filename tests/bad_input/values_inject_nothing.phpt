--TEST--
Values may hold protocol words, and inject nothing
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_COMPRESSION => false]);
	foreach (["\r\nset injected 0 0 1\r\nx\r\n", "x\r\nms injected 1\r\nx", "END\r\n", "EN\r\nHD\r\nMN\r\n", "\r\n", "\n", "\0\r\n\0"] as $value) {
		ok($client->set('key', $value), "$protocol: it is stored");
		is($client->get('key'), $value, "$protocol: it is read");
		is($client->getMulti(['key', 'none', 'key']), ['key' => $value], "$protocol: among others");
		$client->set('key', 'x');
		ok($client->append('key', $value), "$protocol: appended");
		is($client->get('key'), "x$value", "$protocol: and read");
	}
	foreach ([0, 1] as $node) {
		is($cluster->holds($node, 'injected'), null, "$protocol: nothing injected");
	}
}

done();
?>
--EXPECT--
done
