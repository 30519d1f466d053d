--TEST--
A server that claims to be an old memcached and sends invalid replies cannot crash PHP
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$old = ['match' => '/^version/', 'reply' => "VERSION 1.4.15\r\n"];
$lines = ["END\r\n", "STORED\r\n", "NOT_STORED\r\n", "EXISTS\r\n", "NOT_FOUND\r\n", "DELETED\r\n", "TOUCHED\r\n", "OK\r\n", "RESET\r\n", "5\r\n",
	"-1\r\n", "99999999999999999999\r\n", "VERSION 1.4.15\r\n", "VERSION\r\n", "STAT a 1\r\n", "STAT\r\n", "ITEM a [1 b; 2 s]\r\n", "ERROR\r\n",
	"CLIENT_ERROR\r\n", "CLIENT_ERROR bad data chunk\r\n", "SERVER_ERROR\r\n", "SERVER_ERROR out of memory\r\n", "BUSY crawling\r\n",
	"VALUE\r\n", "VALUE key 0 -1\r\n\r\nEND\r\n", "VALUE key 0 -1 1\r\n\r\nEND\r\n", "VALUE key 0 18446744073709551615\r\nEND\r\n",
	"VALUE key 0 2147483648\r\nEND\r\n", "VALUE key -1 1\r\na\r\nEND\r\n", "VALUE key 0 1\r\nabc\r\nEND\r\n", "VALUE 0 1\r\na\r\nEND\r\n",
	"VALUE key 0 1 1\r\na\r\n", "HD\r\n", "VA 1\r\na\r\n", "\r\n", "\0\0\0\0", str_repeat('x', 5000) . "\r\n",
	'VALUE ' . str_repeat('k', 251) . " 0 1\r\na\r\nEND\r\n"];
$operations = [
	'set' => fn(McHA $client) => $client->set('key', 'value'),
	'add' => fn(McHA $client) => $client->add('key', 'value'),
	'append' => fn(McHA $client) => $client->append('key', 'value'),
	'cas' => fn(McHA $client) => $client->cas(123, 'key', 'value'),
	'get' => fn(McHA $client) => $client->get('key'),
	'gets' => fn(McHA $client) => $client->get('key', null, McHA::GET_EXTENDED),
	'getMulti' => fn(McHA $client) => $client->getMulti(['key', 'other', 'key2', 'key3', 'key4']),
	'delete' => fn(McHA $client) => $client->delete('key'),
	'touch' => fn(McHA $client) => $client->touch('key', 10),
	'increment' => fn(McHA $client) => $client->increment('key'),
	'increment from' => fn(McHA $client) => $client->increment('key', 1, 5),
	'getVersion' => fn(McHA $client) => $client->getVersion(),
	'getStats' => fn(McHA $client) => $client->getStats(),
	'flush' => fn(McHA $client) => $client->flush(),
	'inspect' => fn(McHA $client) => $client->inspect('key'),
];
/* By operation: the lines after which the client may report success. */
$whole = "VALUE key 0 1 1\r\na\r\n"; /* a complete value under its key, although the END line is missing */
$believed = ['set' => ["STORED\r\n"], 'append' => ["STORED\r\n"], 'delete' => ["DELETED\r\n"], 'touch' => ["TOUCHED\r\n"], 'flush' => ["OK\r\n"],
	'increment' => ["5\r\n"], 'increment from' => ["5\r\n", "STORED\r\n"]];
foreach (['auto', 'text'] as $protocol) {
	foreach ($lines as $line) {
		$server = new BadServer([$old, ['match' => '/^(mn|m[gsdae])\b/', 'reply' => "ERROR\r\n"],
			['match' => '/^(set|add|replace|append|prepend|cas|gets?|delete|touch|incr|decr|stats|flush_all)\b/', 'reply' => $line]]);
		foreach ($operations as $name => $operation) {
			$client = new McHA();
			$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 300, McHA::OPT_PROTOCOL => $protocol, McHA::OPT_COMPRESSION => false]);
			$client->addServer($server->host, $server->port);
			$got = $operation($client);
			if (in_array($name, ['set', 'append', 'delete', 'touch', 'flush', 'increment', 'increment from'], true) && $got !== false) {
				ok(in_array($line, $believed[$name], true), "$protocol, $name: " . json_encode($line) . ' is not believed');
			}
			if (in_array($name, ['get', 'gets', 'cas'], true)) {
				is($got === false || ($line === $whole && $name !== 'cas'), true, "$protocol, $name: " . json_encode($line));
			}
		}
		$server->kill();
	}
}

/* The other nodes of the pool are read and written. */
foreach (["END\r\n", "VALUE key 0 -1\r\n\r\nEND\r\n"] as $line) {
	$cluster = new Cluster(1);
	$server = new BadServer([$old, ['match' => '/^(mn|m[gsdae])\b/', 'reply' => "ERROR\r\n"], ['match' => '/^(set|gets?)\b/', 'reply' => $line]]);
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 20000]);
	$client->addServer($server->host, $server->port);
	$client->addServer($cluster->nodes[0]->host, $cluster->nodes[0]->number);
	for ($i = 0; $i < 10; $i++) {
		ok($client->set("key$i", "value $i"), "key$i is stored on the good node");
		is($client->get("key$i"), "value $i", "key$i is read from the good node");
	}
}

done();
?>
--EXPECT--
done
