--TEST--
getLastReplication() reports what happened on each replica
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'value');
is($client->getLastReplication(), ['copies' => 2, 'acknowledged' => 2, 'failed' => [], 'pending' => [], 'repaired' => 0, 'hedged' => 0, 'position' => -1, 'local' => []], 'a write');
$client->get($key);
$report = $client->getLastReplication();
is($report['position'], 0, 'a read from the first home node');
is($report['failed'], [], 'without failures');
is($report['repaired'], 0, 'without repairs');
$cluster->delete(0, $key);
$client->get($key);
is($client->getLastReplication()['position'], 1, 'a read from the second home node');
is($client->getLastReplication()['repaired'], 1, 'that read repaired the first copy');
$client->get($key);
is($client->getLastReplication()['position'], 0, 'the next read is from the first home node');
$client->get('missing');
is($client->getLastReplication()['position'], -1, 'a miss');

$cluster->kill(0);
$client->get($key);
$report = $client->getLastReplication();
is($report['position'], 1, 'with the first node dead, a read from the second');
is(array_keys($report['failed']), [$cluster->name(0)], 'the report of the read names the failed node');
ok(is_string($report['failed'][$cluster->name(0)]) && $report['failed'][$cluster->name(0)] !== '', 'the report gives the reason of the failure');
$client->set($key, 'value');
is(array_keys($client->getLastReplication()['failed']), [$cluster->name(0)], 'the report of a write names the failed node');
$cluster->kill(1);
$cluster->kill(2);
$client->get($key);
ok(count($client->getLastReplication()['failed']) >= 2, 'with all nodes dead, the report names them');
is($client->getLastReplication()['acknowledged'], 0, 'with all nodes dead, no node acknowledged');

done();
?>
--EXPECT--
done
