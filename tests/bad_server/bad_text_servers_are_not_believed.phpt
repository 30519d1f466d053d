--TEST--
Invalid replies over the text protocol never become values: another copy is read
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$bad = ['garbage' => ['reply' => "\x00\xffgarbage\r\n"], 'closed at once' => ['close' => true], 'half a value' => ['reply' => "VALUE {key} 0 5\r\nwr", 'close' => true],
	'a server error' => ['reply' => "SERVER_ERROR out of memory\r\n"], 'an error' => ['reply' => "ERROR\r\n"],
	'another key' => ['reply' => "VALUE other 0 5\r\nwrong\r\nEND\r\n"]];
foreach ($bad as $name => $rule) {
	$cluster = new Cluster(2);
	$front = new BadServer([$rule + ['match' => '/^gets? .*key/']], $cluster->nodes[0]);
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 20000, McHA::OPT_PROTOCOL => 'text']);
	$client->addServer($front->host, $front->port);
	$client->addServer($cluster->nodes[1]->host, $cluster->nodes[1]->number);
	for ($i = 0; $client->getReplicas($key = "key$i")[0]['port'] !== $front->port; $i++) {
	}
	ok($client->set($key, 'value'), "$name: stored");
	$client->set('other', 'other value');
	for ($i = 0; $i < 3; $i++) {
		is($client->get($key), 'value', "$name: the other copy is read");
		is($client->get('other'), 'other value', "$name: the next key is not confused");
	}
}

done();
?>
--EXPECT--
done
