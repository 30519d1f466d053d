--TEST--
What one process learns of a node all that it was forked with know
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
is($client->getNodes()[1]['state'], 'up', 'nobody has noticed');
$child = pcntl_fork();
if ($child === 0) {
	$own = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 3600, McHA::OPT_DEAD_TIMEOUT => 7200]);
	is($own->get($key), 'value', 'a child process reads on');
	is($own->getNodes()[1]['state'], 'down', 'and learns that the node is down');
	exit(0);
}
pcntl_waitpid($child, $status);
is($status, 0, 'it ends');
is($client->getNodes()[1]['state'], 'down', 'its parent knows');
is($client->get($key), 'value', 'and reads on');

done();
?>
--EXPECT--
done
