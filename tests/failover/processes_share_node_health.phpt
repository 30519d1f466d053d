--TEST--
All processes of one parent share what one of them learns about a node's health
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

if (!function_exists('pcntl_fork')) {
	done();
	exit;
}
$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 3600, McHA::OPT_DEAD_TIMEOUT => 7200]);
$key = $cluster->keyLedBy($client, 1, 0);
$client->set($key, 'value');
$client->quit();
$cluster->kill(1);
is($client->getNodes()[1]['state'], 'up', 'no process has noticed that the node is killed');
$child = pcntl_fork();
if ($child === 0) {
	$own = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 3600, McHA::OPT_DEAD_TIMEOUT => 7200]);
	is($own->get($key), 'value', 'a child process reads the value from the other replica');
	is($own->getNodes()[1]['state'], 'down', 'the child process learns that the node is down');
	exit(0);
}
pcntl_waitpid($child, $status);
is($status, 0, 'the child process ends without failure');
is($client->getNodes()[1]['state'], 'down', 'the parent process knows that the node is down');
is($client->get($key), 'value', 'the parent process reads the value');

done();
?>
--EXPECT--
done
