--TEST--
addServers() with an invalid server adds none of its servers
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$client = new McHA();
foreach ([['10.0.0.1', -1], ['10.0.0.1', 65536], ['10.0.0.1', PHP_INT_MAX], ['', 11211], ["10.0.0.1\0", 11211], ["a\r\nb", 11211], ['a b', 11211],
	[str_repeat('h', 300), 11211], ['/tmp/' . str_repeat('x', 200), 0], ['10.0.0.1', 11211, -1], ['10.0.0.1', 11211, 1 << 40]] as $server) {
	is(@$client->addServer(...$server), false, json_encode($server));
	is(result($client), 'RES_INVALID_ARGUMENTS', json_encode($server) . ': the result code');
	is(@$client->addServers([['10.0.0.9', 11211], $server]), false, json_encode($server) . ' after a valid server');
	is($client->getServerList(), [], 'no server of the list is added');
}
foreach ([[['10.0.0.1']], ['10.0.0.1'], [[]], [[['a'], 1]], [[null, 1]], [null]] as $servers) {
	try {
		is(@$client->addServers($servers), false, json_encode($servers));
	} catch (TypeError | ValueError) {
		/* an exception is a clear refusal, too */
	}
	is($client->getServerList(), [], json_encode($servers) . ': nothing is added');
}
ok($client->addServer('10.0.0.1', 0), 'port 0 is accepted');
is($client->getServerList()[0]['port'], 11211, 'port 0 means the default port');
ok($client->addServers([]), 'an empty list of servers is accepted');

done();
?>
--EXPECT--
done
