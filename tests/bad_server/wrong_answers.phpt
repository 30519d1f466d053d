--TEST--
Invalid replies never become values: another copy is read
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Each rule answers every read of the first copy; the second copy is on a real server. */
$bad = [
	'garbage' => ['reply' => "\x00\xff\x17garbage\r\n"], 'garbage without an end' => ['reply' => random_bytes(100) . "\n\n", 'close' => true],
	'an unknown word' => ['reply' => "OK\r\n"], 'an empty line' => ['reply' => "\r\n"], 'a classic answer' => ['reply' => "VALUE {key} 0 5\r\nwrong\r\nEND\r\n"],
	'HTTP' => ['reply' => "HTTP/1.1 400 Bad Request\r\nContent-Length: 5\r\n\r\nwrong"],
	'a wrong token' => ['reply' => "VA 5 f0 s5 c1 t-1 O999999999\r\nwrong\r\n"], 'another wrong token' => ['reply' => "VA 5 {opaque}9 f0\r\nwrong\r\n"],
	'two tokens' => ['reply' => "VA 5 O999999999 {opaque} f0\r\nwrong\r\n"],
	'no token' => ['reply' => "VA 5 f0 s5 c1 t-1\r\nwrong\r\n"],
	'no length' => ['reply' => "VA {opaque} f0\r\nwrong\r\n"], 'a negative length' => ['reply' => "VA -5 {opaque} f0\r\nwrong\r\n"],
	'a huge length' => ['reply' => "VA 99999999999999999999 {opaque} f0\r\nwrong\r\n"], 'a large length' => ['reply' => "VA 4294967296 {opaque} f0\r\nwrong\r\n", 'close' => true],
	'too short a length' => ['reply' => "VA 3 {opaque} f0\r\nwrong\r\n"], 'too long a length' => ['reply' => "VA 8 {opaque} f0\r\nwrong\r\n", 'close' => true],
	'a length with a sign' => ['reply' => "VA +5 {opaque} f0\r\nwrong\r\n"], 'no line end behind it' => ['reply' => "VA 5 {opaque} f0\r\nwrongXX"],
	'flags that are no number' => ['reply' => "VA 5 {opaque} fx\r\nwrong\r\n"], 'flags that are too large' => ['reply' => "VA 5 {opaque} f99999999999\r\nwrong\r\n"],
	'half a line' => ['reply' => 'VA 5 {opaque}', 'close' => true], 'half a value' => ['reply' => "VA 5 {opaque} f0\r\nwr", 'close' => true],
	'closed at once' => ['close' => true], 'two answers' => ['reply' => "EN\r\nVA 5 {opaque} f0\r\nwrong\r\n"],
	'endless words' => ['reply' => 'VA 5 ', 'flood' => 'f0 '], 'an endless line' => ['flood' => 'x'], 'endless lines' => ['flood' => "HD\r\n"],
	'a server error' => ['reply' => "SERVER_ERROR out of memory\r\n"], 'a client error' => ['reply' => "CLIENT_ERROR bad\r\n"], 'an error' => ['reply' => "ERROR\r\n"],
];
foreach ($bad as $name => $rule) {
	$cluster = new Cluster(2);
	$front = new BadServer([$rule + ['match' => '/^mg key/']], $cluster->nodes[0]);
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 20000, McHA::OPT_PROTOCOL => 'meta']);
	$client->addServer($front->host, $front->port);
	$client->addServer($cluster->nodes[1]->host, $cluster->nodes[1]->number);
	$keys = [];
	for ($i = 0; count($keys) < 5; $i++) {
		if ($client->getReplicas("key$i")[0]['port'] === $front->port) {
			$keys["key$i"] = "value $i";
		}
	}
	$client->setMulti($keys + ['other' => 'other value'], 1000);
	foreach ($keys as $key => $value) {
		is($client->get($key), $value, "$name: the other copy is read");
		ok(in_array($client->getLastReplication()['position'], [-1, 1], true), "$name: from the second node");
		is($client->get('other'), 'other value', "$name: the next key is not confused");
	}
	is($client->getMulti([...array_keys($keys), 'other'], McHA::GET_PRESERVE_ORDER), $keys + ['other' => 'other value'], "$name: getMulti() reads all values");
	$only = new McHA();
	$only->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 20000, McHA::OPT_PROTOCOL => 'meta']);
	$only->addServer($front->host, $front->port);
	is($only->get($key), false, "$name: with this server alone: get() returns no value");
	ok(!in_array(result($only), ['RES_SUCCESS', 'RES_NOTFOUND']), "$name: with this server alone: the result code is a failure: " . result($only));
	is($only->get('other'), 'other value', "$name: with this server alone: the next key is not confused");
}

done();
?>
--EXPECT--
done
