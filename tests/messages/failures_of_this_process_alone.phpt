--TEST--
If only this process cannot reach a node, for example for want of descriptors, each message about that node says so
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$options = [McHA::OPT_RETRY_TIMEOUT => 600, McHA::OPT_DEAD_TIMEOUT => 600, McHA::OPT_ALLOW_FAILOVER => 0];
$first = $cluster->client($options);
$key = $cluster->keyLedBy($first, 0);
ok($first->set($key, 'value'), 'a process that has free descriptors');
$said = run_php('
	exec("prlimit --pid " . getmypid() . " --nofile=64:64");
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions(json_decode($argv[3], true));
	$client->getServerList();
	for ($files = []; $file = @fopen("/dev/null", "r"); $files[] = $file) {
	}
	foreach ([1, 2] as $call) {
		$client->get($argv[2]);
		echo $client->getLastErrorMessage(), "\n";
	}
	echo $client->getNodes()[0]["state"], "\n";
	$other = new McHA(null, null, $argv[1]);
	$other->setOptions(json_decode($argv[3], true));
	$other->get($argv[2]);
	echo $other->getLastErrorMessage(), "\n";', [$cluster->servers(), $key, json_encode($options)]);
$lines = explode("\n", rtrim($said));
$name = $cluster->name(0);
is(count($lines), 4, "the script prints four messages: $said");
ok(str_starts_with($lines[0], "$name: ") && str_contains($lines[0], 'Too many open files'), "the first operation: $said");
ok(preg_match('/^' . preg_quote($name) . ': held down by this process alone for \d+ s more, after a failure that only this process had \(.*Too many open files.*\)$/', $lines[1]), "the next operation: $said");
is($lines[2] ?? '', 'down', 'getNodes() shows the node as down');
ok(preg_match('/^' . preg_quote($name) . ': held down by this process alone for \d+ s more, after a failure that only this process had \(connection failed.*\)$/', $lines[3] ?? ''), "another object of the same process: $said");

done();
?>
--EXPECT--
done
