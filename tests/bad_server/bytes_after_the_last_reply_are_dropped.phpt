--TEST--
Bytes that a server sends after its last reply are dropped at the end of the request
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Half a value that the client did not ask for, too large for memory that PHP keeps from one request to the next. */
$half = "VA 33554432 {opaque} f0\r\nhalf of it";
$cluster = new Cluster(1);
$front = new BadServer([['match' => '/^mg key/', 'reply' => "VA 2 {opaque} f0\r\nok\r\n$half"]], $cluster->nodes[0]);
$router = tempnam(sys_get_temp_dir(), 'mcha');
file_put_contents($router, '<?php
	$client = new McHA("kept");
	if (!$client->getServerList()) {
		$client->addServer("' . $front->host . '", ' . $front->port . ');
		$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_PROTOCOL => "meta"]);
	}
	echo getmypid(), " ", json_encode([$client->get("key"), $client->get("missing"), $client->get("key")]);
');
$server = new WebServer($router);
$browser = new Browser();
$first = $browser->get("$server->url/");
ok(str_ends_with($first, ' ["ok",false,"ok"]'), 'the client reads each reply: ' . show($first));
for ($i = 0; $i < 5; $i++) {
	is($browser->get("$server->url/"), $first, 'the same process reads the same values in the next request');
}
$server->end();
unlink($router);

done();
?>
--EXPECT--
done
