--TEST--
With some nodes down, the near cache serves the keys that only they had, and the other nodes serve the rest
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
	$values["$i"] = "value $i"; /* keys that PHP turns into integers */
	$homes[$i] = $cluster->preference($client, "$i")[0];
}
ok($client->setMulti($values), 'all values are stored');
$lost = array_keys(array_filter($homes, fn(int $home) => $home === 1));
ok(count($lost) > 5 && count($lost) < 55, 'the node that will be killed has some of the keys');
$cluster->kill(1);
is($client->getMulti(array_keys($values), McHA::GET_PRESERVE_ORDER), $values, 'all values are returned');
is(result($client), 'RES_SUCCESS', 'the result is a success');
is(array_keys($client->getLastReplication()['local']), $lost, 'the report names the keys that the near cache served');
is(array_keys($client->getLastReplication()['failed']), [$cluster->name(1)], 'the report names the failed node');

$client->setMulti(['a' => 1]);
is($client->getLastReplication()['local'], [], 'the report is that of one operation');

/* A key that the near cache does not have is missing, and the others are returned. */
$other = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 0, McHA::OPT_ALLOW_FAILOVER => false, McHA::OPT_PREFIX_KEY => 'app.', McHA::OPT_RETRY_TIMEOUT => 0]);
is(array_keys($other->getMulti(array_keys($values))), array_values(array_diff(array_keys($values), $lost)), 'a client without a near cache misses the keys of the dead node');
is(result($other), 'RES_SOME_ERRORS', 'its result code says that some keys failed');
apcu_delete(new APCUIterator('/ app\.(' . implode('|', array_slice($lost, 0, 3)) . ')$/'));
$found = $client->getMulti(array_keys($values));
is(array_keys($found), array_values(array_diff(array_keys($values), array_slice($lost, 0, 3))), 'getMulti() returns all but the three keys without a copy');
is(result($client), 'RES_SOME_ERRORS', 'the result code says that keys are missing');
is(array_keys($client->getLastReplication()['local']), array_slice($lost, 3), 'the report names the keys that the near cache served');

done();
?>
--EXPECT--
done
