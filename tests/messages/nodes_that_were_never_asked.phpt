--TEST--
Of a node that no process has asked yet it is said that its state is unknown
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
is($states(), ['unknown', 'unknown', 'unknown'], 'no node was asked');
is(array_column($client->getReplicas('key'), 'state'), ['unknown', 'unknown', 'unknown'], 'says the list of a key, too');
is($info(), ['unknown', 'unknown', 'unknown'], 'and phpinfo()');
$client->get($cluster->keyLedBy($client, 0));
is($states(), ['up', 'unknown', 'unknown'], 'one has answered');
$client->get($cluster->keyLedBy($client, 2));
is($states(), ['up', 'unknown', 'down'], 'one has not');
is($info(), ['up', 'unknown', 'down'], 'phpinfo() says the same');
$client->get($cluster->keyLedBy($client, 1));
is($states(), ['up', 'up', 'down'], 'all were asked');

done();
?>
--EXPECT--
done
