--TEST--
zstd, in builds that have it: values are written at any level, read, and known by their flag
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!McHA::HAVE_ZSTD) {
	die('skip this build is without zstd');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

const ZSTD = 16 | 128;
$cluster = new Cluster(1);
$client = $cluster->client([McHA::OPT_COMPRESSION_TYPE => McHA::COMPRESSION_ZSTD]);
is($client->getOption(McHA::OPT_COMPRESSION_TYPE), McHA::COMPRESSION_ZSTD, 'zstd can be chosen');
ok($client->setOption(McHA::OPT_COMPRESSION_TYPE, 'zstd'), 'zstd can be chosen by name');
ok(ini_set('mcha.compression_type', 'zstd') !== false, 'zstd can be chosen by ini directive');

$plain = prose(60000);
$sizes = [];
foreach ([-1000000, -50, -1, 0, 1, 3, 9, 19, 22, 1000000] as $level) {
	ok($client->setOption(McHA::OPT_COMPRESSION_LEVEL, $level), "level $level");
	is($client->getOption(McHA::OPT_COMPRESSION_LEVEL), $level, "the option returns level $level");
	$client->set('prose', $plain);
	ok($client->get('prose') === $plain, "level $level: read");
	$item = $cluster->nodes[0]->item('prose');
	is($item['flags'], $level === -1000000 ? $item['flags'] : ZSTD, "level $level: the flags");
	is(bin2hex(substr($item['value'], 0, 8)), $item['flags'] ? bin2hex(pack('V', strlen($plain))) . '28b52ffd' : bin2hex(substr($plain, 0, 8)),
		"level $level: the length, and zstd's magic number");
	$sizes[$level] = strlen($item['value']);
}
ok($sizes[19] < $sizes[1] && $sizes[1] < $sizes[-50], 'higher levels give smaller streams: ' . show($sizes));
is($sizes[0], $sizes[3], 'level 0 is zstd\'s default');
is($sizes[1000000], $sizes[22], 'a level beyond zstd\'s range is the highest level');
$client->set('array', $array = array_fill(0, 3000, ['text', 1.5]));
is($cluster->flags(0, 'array'), ZSTD | 4, 'an array');
is($client->get('array'), $array, 'the array is read');
$client->set('noise', noise(5000));
is($cluster->flags(0, 'noise'), 0, 'an incompressible value is not compressed');

/* a frame written by zstd's own program */
$text = str_repeat('The same again. ', 40);
$frame = pack('V', 640) . base64_decode('KLUv/QRovQAAgFRoZSBzYW1lIGFnYWluLiABANpMNZcr+lsa');
$stored = function (string $bytes) use ($cluster, $client): mixed {
	$cluster->raw(0, 'ms frame ' . strlen($bytes) . ' F' . ZSTD . "\r\n$bytes\r\n");
	return @$client->get('frame');
};
is($stored($frame), $text, 'a frame of another writer is read');
foreach (['cut' => substr($frame, 0, -1), 'no stream' => pack('V', 640), 'nothing' => pack('V', 0), 'longer' => pack('V', 641) . substr($frame, 4),
	'shorter' => pack('V', 639) . substr($frame, 4), 'a wrong checksum' => substr($frame, 0, -1) . 'x', 'more behind it' => $frame . 'more',
	'zlib\'s' => pack('V', 640) . gzcompress($text)] as $name => $bytes) {
	is($stored($bytes), false, "$name: refused");
	is(result($client), 'RES_PAYLOAD_FAILURE', "$name: the result is a payload failure");
}

done();
?>
--EXPECT--
done
