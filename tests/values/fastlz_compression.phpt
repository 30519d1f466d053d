--TEST--
fastlz: streams of both levels are read as the format defines, and written
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

const FASTLZ = 16 | 64;
$cluster = new Cluster(1);
$client = $cluster->client([McHA::OPT_COMPRESSION_TYPE => McHA::COMPRESSION_FASTLZ]);
$stored = function (string $stream, int $length) use ($cluster, $client): mixed {
	$bytes = pack('V', $length) . $stream;
	$cluster->raw(0, 'ms stream ' . strlen($bytes) . ' F' . FASTLZ . "\r\n$bytes\r\n");
	return @$client->get('stream');
};
$literals = fn(string $bytes, int $level = 1) => chr(strlen($bytes) - 1 | $level - 1 << 5) . $bytes;
$a32 = str_repeat('a', 32);
$run = $literals('B' . substr($a32, 1), 2) . "\xe0" . str_repeat("\xff", 37) . "\x0a\x00"; /* 32 + 9 + 37 * 255 + 10 bytes, by level 2 */
$plain_run = 'B' . str_repeat('a', 9485);

$valid = [
	'literals' => ["\x02ABC", 'ABC'],
	'a short match' => ["\x03ABCD\x20\x02", 'ABCDBCD'],
	'a match into itself' => ["\x00a\x40\x00", 'aaaaa'],
	'a long match' => ["\x01DE\xe0\x01\x01", 'DEDEDEDEDEDE'],
	'the longest match of level 1' => ["\x00a\xe0\xff\x00", str_repeat('a', 265)],
	'literals after a match' => ["\x00a\x40\x00\x01bc", 'aaaaabc'],
	'match after match' => ["\x01ab\x20\x01\x20\x00", 'ababaaaa'],
	'the longest literals, twice' => [$literals($a32) . $literals(strtoupper($a32)), $a32 . strtoupper($a32)],
	'level 2: literals' => ["\x22ABC", 'ABC'],
	'level 2: a short match' => ["\x23ABCD\x20\x02", 'ABCDBCD'],
	'level 2: more than one more' => ["\x20a\xe0\xff\x05\x00", str_repeat('a', 1 + 9 + 255 + 5)],
	'level 2: none more after 255' => ["\x20a\xe0\xff\x00\x00", str_repeat('a', 1 + 9 + 255)],
	'level 2: a run' => [$run, $plain_run],
	'level 2: the farthest match that is not far' => ["$run\x3f\xfe", $plain_run . 'aaa'],
	'level 2: the nearest far match' => ["$run\x3f\xff\x00\x00", $plain_run . 'aaa'],
	'level 2: the far match that reaches the first byte' => ["$run\x3f\xff\x05\x0e", $plain_run . 'Baa'],
	'level 2: a long far match' => ["$run\xff\x01\xff\x05\x0e", $plain_run . 'Baaaaaaaaa'],
];
foreach ($valid as $name => [$stream, $plain]) {
	is($stored($stream, strlen($plain)), $plain, $name);
	is($stored($stream, strlen($plain) + 1), false, "$name: a length that is too large is refused");
	is($stored($stream, strlen($plain) - 1), false, "$name: a length that is too small is refused");
	is($stored(substr($stream, 0, -1), strlen($plain)), false, "$name: a truncated stream is refused");
}
$bad = [
	'nothing' => ['', 0], 'nothing for something' => ['', 5], 'level 3' => ["\x40A", 1], 'level 8' => ["\xe0A", 1],
	'a match before the start' => ["\x00A\x20\x01", 4], 'a match of what is not there' => ["\x00A\x3f\xff", 4],
	'a match without its distance' => ["\x00A\x20", 4], 'a long match without its length' => ["\x00A\xe0", 10],
	'a far match without its distance' => ["\x20A\x3f\xff", 4], 'a far match before the start' => ["\x20A\x3f\xff\x00\x00", 4],
	'one byte further' => ["$run\x3f\xff\x05\x0f", 9489],
	'literals that are cut' => ["\x1fABC", 32], 'a length without end' => ["\x20A\xe0" . str_repeat("\xff", 500), 100],
	'by level 1 there is one more byte of length' => ["\x00a\xe0\xff\x05\x00", 1 + 9 + 255 + 5],
];
foreach ($bad as $name => [$stream, $length]) {
	is($stored($stream, $length), false, "$name is refused");
	is(result($client), 'RES_PAYLOAD_FAILURE', "$name is a payload failure");
}

/* written streams: compressed from 2000 bytes on, level 2 from 64 KiB on, and smaller than the value */
foreach ([2000, 65535, 65536, 300000, 900000] as $length) {
	foreach (['simple' => str_repeat('x', $length), 'prose' => prose($length), 'far' => str_pad('', $length, noise(20000))] as $name => $plain) {
		ok($client->set('written', $plain), "$length, $name: stored");
		$item = $cluster->nodes[0]->item('written');
		$is_packed = $name !== 'far' || $length >= 65536; /* too far for level 1 */
		is($item['flags'], $is_packed ? FASTLZ : 0, "$length, $name: the flags");
		if ($is_packed) {
			ok(strlen($item['value']) * 1.3 < $length, "$length, $name: is smaller: " . strlen($item['value']));
			is(unpack('V', $item['value'])[1], $length, "$length, $name: the length");
			is(ord($item['value'][4]) >> 5, (int) ($length >= 65536), "$length, $name: the level");
		}
		ok($client->get('written') === $plain, "$length, $name: read");
	}
}
/* any length, any offset: compressed and decompressed */
$client->setOption(McHA::OPT_COMPRESSION, true);
ini_set('mcha.compression_threshold', 1);
ini_set('mcha.compression_factor', 0);
$always = $cluster->client([McHA::OPT_COMPRESSION_TYPE => McHA::COMPRESSION_FASTLZ]);
foreach ([noise(200), prose(300), str_repeat('ab', 150), str_repeat("\0", 300)] as $plain) {
	for ($length = 1; $length <= strlen($plain); $length++) {
		$part = substr($plain, -$length);
		if (!$always->set('part', $part) || $cluster->flags(0, 'part') !== FASTLZ || $always->get('part') !== $part) {
			ok(false, "the last $length bytes of " . bin2hex(substr($plain, 0, 4)) . '...: ' . result($always));
		}
	}
}

done();
?>
--EXPECT--
done
