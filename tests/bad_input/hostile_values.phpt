--TEST--
Stored bytes that cannot be decoded are a payload failure, and never anything worse
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(1);
$client = $cluster->client();
$text = str_repeat('The same again. ', 20);
$zlib = gzcompress($text);
$frame = fn(string $stream, ?int $length = null) => pack('V', $length ?? strlen($text)) . $stream;

/* Each row: item flags, bytes, part of the warning. Flags: 1 to 7: the type; 16: compressed, 32: zlib, 64: fastlz, 128: zstd */
$refused = [
	'a stream that ends early' => [48, $frame(substr($zlib, 0, -1)), 'could not decompress'],
	'a stream without its end' => [48, $frame(substr($zlib, 0, 12)), 'could not decompress'],
	'bytes that are no stream' => [48, $frame('garbage that is no stream'), 'could not decompress'],
	'a broken checksum' => [48, $frame(substr($zlib, 0, -1) . "\0"), 'could not decompress'],
	'too long a length' => [48, $frame($zlib, strlen($text) + 1), 'could not decompress'],
	'too short a length' => [48, $frame($zlib, strlen($text) - 1), 'could not decompress'],
	'a length of nothing' => [48, $frame(gzcompress('x'), 0), 'could not decompress'],
	'a length that no stream of this size reaches' => [48, $frame($zlib, 1 << 20), 'could not decompress'],
	'a length of four gigabytes' => [48, $frame($zlib, 0xffffffff), 'could not decompress'],
	'a length alone' => [48, $frame(''), 'could not decompress'],
	'not even a length' => [48, 'abc', 'could not decompress'],
	'no bytes' => [48, '', 'could not decompress'],
	'a preset dictionary' => [48, $frame("\x78\xbb\0\0\0\1" . substr($zlib, 2)), 'could not decompress'],
	'a compression that has no name' => [16, $frame($zlib), 'this build does not support the compression in its flags'],
	'fastlz and zlib: fastlz goes first' => [112, $frame($zlib), 'could not decompress'],
	'a broken compressed number' => [49, 'abc', 'could not decompress'],
	'unknown types' => [8, 'x', 'unknown type 8'],
	'the last unknown type' => [15, 'x', 'unknown type 15'],
	'an unknown type that is compressed' => [63, $frame($zlib), 'unknown type 15'],
	'nothing, serialized' => [4, '', 'could not unserialize'],
	'half an array' => [4, 'a:2:{i:0;i:1;', 'could not unserialize'],
	'an array of a thousand million' => [4, 'a:999999999:{i:0;i:0;', 'could not unserialize'],
	'a string longer than the value' => [4, 's:999999999:"x";', 'could not unserialize'],
	'a reference to a missing element' => [4, 'a:1:{i:0;R:9;}', 'could not unserialize'],
	'a reference alone' => [4, 'R:1;', 'could not unserialize'],
	'half an object' => [4, 'O:8:"stdClass":1:{s:1:"a";', 'could not unserialize'],
	'arrays in arrays without end' => [4, str_repeat('a:1:{i:0;', 9999), 'could not unserialize'],
];
foreach ($refused as $name => [$flags, $bytes, $warning]) {
	$cluster->raw(0, 'ms bad ' . strlen($bytes) . " F$flags\r\n$bytes\r\n");
	foreach (['get' => fn() => $client->get('bad'), 'getMulti' => fn() => $client->getMulti(['bad'])] as $method => $call) {
		error_clear_last();
		is(@$call(), $method === 'get' ? false : [], "$name: $method() returns no value");
		is(result($client), 'RES_PAYLOAD_FAILURE', "$name: the result code of $method()");
		ok(str_contains(error_get_last()['message'] ?? '', $warning), "$name: $method() warns: " . show(error_get_last()));
	}
}

$read = [
	'bytes behind the stream' => [48, $frame($zlib . 'more'), $text],
	'an empty stream' => [48, $frame(gzcompress(''), 0), ''],
	'a compressed number' => [49, $frame(gzcompress('42'), 2), 42],
	'zlib without compressed' => [32, 'as it is', 'as it is'],
	'unused flag bits' => [0xf00, 'as it is', 'as it is'],
	'user flags' => [0xffff0000, 'as it is', 'as it is'],
	'no number' => [1, 'cats', 0], 'nearly a number' => [1, '12 cats', 12], 'no digits' => [1, '', 0],
	'too large a number' => [1, '99999999999999999999', PHP_INT_MAX],
	'no float' => [2, 'cats', 0.0], 'too large a float' => [2, '1e999', INF], 'a long float' => [2, '0.' . str_repeat('3', 9999), 1 / 3],
	'no boolean' => [3, 'cats', false], 'nothing' => [3, '', false], 'nearly true' => [3, '1 cat', true],
	'bytes behind a serialized value' => [4, 'i:1;i:2;', 1],
	'a false that is no failure' => [4, 'b:0;', false],
];
foreach ($read as $name => [$flags, $bytes, $value]) {
	$cluster->raw(0, 'ms odd ' . strlen($bytes) . " F$flags\r\n$bytes\r\n");
	is($client->get('odd'), $value, "$name is read as pecl memcached reads it");
	is(result($client), 'RES_SUCCESS', "$name is a success");
}

/* The other keys of a batch are read. */
$cluster->raw(0, "ms bad 3 F48\r\nabc\r\nms good 5 F0\r\nvalue\r\n");
is(@$client->getMulti(['bad', 'good']), ['good' => 'value'], 'getMulti() returns the readable values of a batch');
is(result($client), 'RES_PAYLOAD_FAILURE', 'the result code says that one value could not be read');

/* A value that refers to itself comes back as a value, not as a PHP reference. */
$cluster->raw(0, "ms self 14 F4\r\na:1:{i:0;R:1;}\r\n");
$found = $client->getMulti(['self']);
$copy = $found;
$copy['self'] = 'changed';
ok(is_array($found['self']), 'writing to a copy of the result does not change the result');
unset($found, $copy);
ok(gc_collect_cycles() > 0, 'the garbage collector frees the value that refers to itself');

done();
?>
--EXPECT--
done
