--TEST--
A small value in pecl memcache's format that would decompress to more than the memory limit is a payload failure
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(1);
$put = fn(string $key, int $flags, string $bytes) => $cluster->raw(0, "ms $key " . strlen($bytes) . " F$flags\r\n$bytes\r\n");
$deflate = deflate_init(ZLIB_ENCODING_DEFLATE);
$bomb = '';
for ($i = 1; $i <= 200; $i++) {
	$bomb .= deflate_add($deflate, str_repeat('x', 1 << 20), $i < 200 ? ZLIB_NO_FLUSH : ZLIB_FINISH);
}
$put('bomb', 2, $bomb);
$put('bomb2', 3, $bomb);
is(run_php('ini_set("memory_limit", "64M");
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	foreach (["bomb", "bomb2"] as $key) {
		echo json_encode(@$client->get($key)), " ", $client->getResultCode() === McHA::RES_PAYLOAD_FAILURE ? "payload" : $client->getResultMessage(), "\n";
	}', [$cluster->servers()]), "false payload\nfalse payload\n", '200 MiB compressed to 200 kB are refused, and the request continues');

done();
?>
--EXPECT--
done
