--TEST--
Text nodes are asked in parallel: no request waits for another node's answer
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$gates = array_map(fn($node) => new Gate($node), $cluster->nodes);
$child = new Child('
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 60000, McHA::OPT_OPERATION_TIMEOUT => 60000, McHA::OPT_PROTOCOL => "text",
		McHA::OPT_NUMBER_OF_REPLICAS => 2]);
	foreach (array_slice($argv, 1) as $port) {
		$client->addServer("127.0.0.1", (int) $port);
	}
	$client->setMulti(array_fill_keys(range("a", "z"), "value"));
	echo "ready\n";
	while ($line = fgets(STDIN)) {
		echo json_encode(eval($line)), "\n";
	}
', array_map(fn($gate) => $gate->port, $gates));
is($child->hear(), 'ready', 'connected');

$together = [
	'set' => ['return $client->set("key", "value");', true],
	'delete' => ['return $client->delete("key");', true],
	'touch' => ['return $client->touch("a", 100);', true],
	'setMulti' => ['return $client->setMulti(["a" => "b", "b" => "c"]);', true],
	'getVersion' => ['return count($client->getVersion());', 3],
];
foreach ($together as $name => [$code, $answer]) {
	array_map(fn($gate) => $gate->holdAnswers(), $gates);
	$child->tell($code);
	wait_until(fn() => min(array_map(fn($gate) => $gate->held(), $gates)) > 0, what: "$name: all nodes to have a request before any answer is delivered");
	array_map(fn($gate) => $gate->open(), $gates);
	is(json_decode($child->hear()), $answer, $name);
}

/* The keys of one getMulti(), with different nodes first in their preference lists. */
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
array_map(fn($gate) => $gate->holdAnswers(), $gates);
$child->tell('return count($client->getMulti(range("a", "z")));');
wait_until(fn() => count(array_filter($gates, fn($gate) => $gate->held() > 0)) > 1, what: 'more than one node to have a request before any answer is delivered');
array_map(fn($gate) => $gate->open(), $gates);
is(json_decode($child->hear()), 26, 'getMulti');
is($child->finish(), '', 'the process ends without an error');

done();
?>
--EXPECT--
done
