--TEST--
A compressed value that would not fit into memory is a payload failure, and does not end the request
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* 200 MiB of one letter, compressed correctly: 200 kB. Less under valgrind, which would take minutes. */
$size = getenv('MCHA_VALGRIND_LOGS') ? 80 : 200;
$deflate = deflate_init(ZLIB_ENCODING_DEFLATE);
$bomb = pack('V', $size << 20);
for ($i = 1; $i <= $size; $i++) {
	$bomb .= deflate_add($deflate, str_repeat('x', 1 << 20), $i < $size ? ZLIB_NO_FLUSH : ZLIB_FINISH);
}
$cluster = new Cluster(1);
foreach ([48 => 'text', 52 => 'serialized'] as $flags => $key) {
	$cluster->raw(0, "ms $key " . strlen($bomb) . " F$flags\r\n$bomb\r\n");
}
$cluster->raw(0, "ms small 5 F0\r\nvalue\r\n");
$code = '
	ini_set("memory_limit", $argv[2]);
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	foreach (["text", "serialized"] as $key) {
		$value = @$client->get($key);
		echo $value === false ? "false" : strlen($value), " ", $client->getResultCode(), "\n";
		unset($value);
	}
	echo json_encode(@$client->getMulti(["text", "small", "serialized"])), " ", $client->getResultCode(), "\n";';
$failure = McHA::RES_PAYLOAD_FAILURE;
is(run_php($code, [$cluster->servers(), '64M']), "false $failure\nfalse $failure\n{\"small\":\"value\"} $failure\n",
	'the client refuses the value, and the request goes on');
$plenty = run_php(str_replace('json_encode(@$client->getMulti(["text", "small", "serialized"]))', '1', $code), [$cluster->servers(), '512M']);
ok(str_starts_with($plenty, ($size << 20) . " 0\nfalse $failure\n"), 'with more memory the client reads the value: ' . show($plenty));

done();
?>
--EXPECT--
done
