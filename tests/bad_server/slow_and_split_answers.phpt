--TEST--
The client puts replies together that arrive a byte at a time
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach (['meta' => '/^m/', 'text' => '/^(get|gets|set|incr|delete)/'] as $protocol => $pattern) {
	$cluster = new Cluster(1);
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_PROTOCOL => $protocol]);
	$value = 'the value with' . "\r\nEND\r\nand more";
	$length = strlen($value);
	$front = new BadServer([
		['match' => '/^mg slow/', 'slowly' => true, 'reply' => "VA $length {opaque} s$length f0 t-1\r\n$value\r\n"],
		['match' => '/^mg none/', 'slowly' => true, 'reply' => "EN {opaque}\r\n"],
		['match' => '/^ms stored/', 'slowly' => true, 'reply' => "HD {opaque}\r\n"],
		['match' => '/^gets? slow/', 'slowly' => true, 'reply' => "VALUE slow 0 $length\r\n$value\r\nEND\r\n"],
		['match' => '/^gets? none/', 'slowly' => true, 'reply' => "END\r\n"],
		['match' => '/^set stored/', 'slowly' => true, 'reply' => "STORED\r\n"],
	], $cluster->nodes[0]);
	$client->addServer($front->host, $front->port);
	for ($i = 0; $i < 3; $i++) {
		is($client->get('slow'), $value, "$protocol: a value is read");
		is($client->get('none'), false, "$protocol: a miss returns false");
		is(result($client), 'RES_NOTFOUND', "$protocol: the result code of a miss");
		ok($client->set('stored', 'x'), "$protocol: a write is acknowledged");
	}
	is(count($front->seen('/^connect$/')), 1, "$protocol: the client used one connection");
}

done();
?>
--EXPECT--
done
