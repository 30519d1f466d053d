--TEST--
A process that starts knows which nodes another process has found down, and pays no timeout for them
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$read = <<<'CODE'
	$client = new McHA();
	$client->setOption(McHA::OPT_RETRY_TIMEOUT, 3600);
	$client->setOption(McHA::OPT_DEAD_TIMEOUT, 7200);
	$before = array_column($client->getNodes(), 'state');
	$values = [];
	for ($i = 0; $i < 20; $i++) {
		$values[] = $client->get("key$i");
	}
	echo json_encode(['before' => $before, 'values' => $values, 'failures' => array_column($client->getNodes(), 'failures')]);
	CODE;

$folder = new Folder();
$cluster = new Cluster(3);
$ini = ['mcha.servers' => $cluster->servers(), 'mcha.shared_memory' => "$folder->path/memory", 'mcha.connect_timeout' => 10000,
	'mcha.operation_timeout' => 20000];
$client = $cluster->client();
for ($i = 0; $i < 20; $i++) {
	$client->set("key$i", "value$i");
}
$right = array_map(fn($i) => "value$i", range(0, 19));
$cluster->kill(1);

$first = ask_php($read, [], $ini);
is($first['before'], ['unknown', 'unknown', 'unknown'], 'the first process has heard of no node');
is($first['values'], $right, 'the first process reads the values');
$second = ask_php($read, [], $ini);
is($second['before'][1], 'down', 'the second process knows that the node is down');
is($second['values'], $right, 'the second process reads the values');
is($second['failures'][1], $first['failures'][1], 'the second process has not tried the node');
$other = ask_php($read, [], ['mcha.shared_memory' => "$folder->path/other"] + $ini);
is($other['before'], ['unknown', 'unknown', 'unknown'], 'a process with another file knows nothing of it');
is($client->getNodes()[1]['state'], 'up', 'nor does a process without a file');

done();
?>
--EXPECT--
done
