--TEST--
The state of a node that no process has contacted yet is "unknown"
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$cluster->kill(2);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_ALLOW_FAILOVER => 0, McHA::OPT_RETRY_TIMEOUT => 600]);
$states = fn() => array_column($client->getNodes(), 'state');
$info = function () use ($cluster): array {
	ob_start();
	phpinfo(INFO_MODULES);
	preg_match_all('/^(\S+:\d+) => (\w+) => \d/m', ob_get_clean(), $found);
	$rows = array_combine($found[1], $found[2]);
	return array_map(fn(int $i) => $rows[$cluster->name($i)] ?? null, [0, 1, 2]);
};
is($states(), ['unknown', 'unknown', 'unknown'], 'no node has been contacted');
is(array_column($client->getReplicas('key'), 'state'), ['unknown', 'unknown', 'unknown'], 'getReplicas() shows the same states');
is($info(), ['unknown', 'unknown', 'unknown'], 'phpinfo() shows the same states at first');
$client->get($cluster->keyLedBy($client, 0));
is($states(), ['up', 'unknown', 'unknown'], 'the first node has answered');
$client->get($cluster->keyLedBy($client, 2));
is($states(), ['up', 'unknown', 'down'], 'the third node has failed to answer');
is($info(), ['up', 'unknown', 'down'], 'phpinfo() shows the same states');
$client->get($cluster->keyLedBy($client, 1));
is($states(), ['up', 'up', 'down'], 'all nodes have been contacted');

done();
?>
--EXPECT--
done
