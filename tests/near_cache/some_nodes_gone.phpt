--TEST--
With some nodes gone, what they alone had comes from this host, and the rest from the other nodes
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_ALLOW_FAILOVER => false, McHA::OPT_PREFIX_KEY => 'app.'] + LOCAL);
$values = $homes = [];
for ($i = 0; $i < 60; $i++) {
	$values["$i"] = "value $i"; /* keys that PHP makes numbers of */
	$homes[$i] = $cluster->preference($client, "$i")[0];
}
ok($client->setMulti($values), 'all are stored');
$lost = array_keys(array_filter($homes, fn(int $home) => $home === 1));
ok(count($lost) > 5 && count($lost) < 55, 'each node has some');
$cluster->kill(1);
is($client->getMulti(array_keys($values), McHA::GET_PRESERVE_ORDER), $values, 'all are there');
is(result($client), 'RES_SUCCESS', 'as if nothing were the matter');
is(array_keys($client->getLastReplication()['local']), $lost, 'but for what is said');
is(array_keys($client->getLastReplication()['failed']), [$cluster->name(1)], 'and of whom');

$client->setMulti(['a' => 1]);
is($client->getLastReplication()['local'], [], 'which holds for one operation');

/* What is not here is missing, and the others are there. */
$other = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_ALLOW_FAILOVER => false, McHA::OPT_PREFIX_KEY => 'app.', McHA::OPT_RETRY_TIMEOUT => 0]);
is(array_keys($other->getMulti(array_keys($values))), array_values(array_diff(array_keys($values), $lost)), 'who keeps nothing misses some');
is(result($other), 'RES_SOME_ERRORS', 'and is told');
apcu_delete(new APCUIterator('/ app\.(' . implode('|', array_slice($lost, 0, 3)) . ')$/'));
$found = $client->getMulti(array_keys($values));
is(array_keys($found), array_values(array_diff(array_keys($values), array_slice($lost, 0, 3))), 'without three of the copies');
is(result($client), 'RES_SOME_ERRORS', 'something is missing');
is(array_keys($client->getLastReplication()['local']), array_slice($lost, 3), 'and some are from here');

done();
?>
--EXPECT--
done
