--TEST--
The item's flags hold the type, the compression and the user flags
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(1);
$client = $cluster->client();
$client->setOption(McHA::OPT_COMPRESSION_TYPE, McHA::COMPRESSION_ZLIB);

$expected = ['text' => ['some text', 0, 'some text'], 'int' => [-42, 1, '-42'], 'float' => [1.5, 2, '1.5'],
	'true' => [true, 3, '1'], 'false' => [false, 3, ''], 'array' => [[1], 4, 'a:1:{i:0;i:1;}'], 'null' => [null, 4, 'N;']];
foreach ($expected as $key => [$value, $flags, $bytes]) {
	$client->set($key, $value);
	is($cluster->flags(0, $key), $flags, "flags of $key");
	is($cluster->holds(0, $key), $bytes, "bytes of $key");
}

$client->set('large', str_repeat('x', 10000));
is($cluster->flags(0, 'large'), 1 << 4 | 1 << 5, 'a compressed string: compressed, by zlib');
ok(strlen($cluster->holds(0, 'large')) < 1000, 'the compressed string is small');
$client->set('list', array_fill(0, 3000, 'x'));
is($cluster->flags(0, 'list'), 4 | 1 << 4 | 1 << 5, 'a compressed array');

$client->setOption(McHA::OPT_USER_FLAGS, 0xABCD);
$client->set('int', 42);
is($cluster->flags(0, 'int'), 0xABCD << 16 | 1, "the user flags are the upper half");
is($client->get('int', null, McHA::GET_EXTENDED)['flags'], 0xABCD, 'GET_EXTENDED returns the user flags');
is($client->get('int'), 42, 'the value is unchanged');

done();
?>
--EXPECT--
done
