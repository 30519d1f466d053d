--TEST--
getLastReplication tells what became of the copies
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
is($report['position'], 0, 'a read from the first copy');
is($report['failed'], [], 'without failures');
is($report['repaired'], 0, 'without repairs');
$cluster->delete(0, $key);
$client->get($key);
is($client->getLastReplication()['position'], 1, 'a read from the second copy');
is($client->getLastReplication()['repaired'], 1, 'which repaired the first');
$client->get($key);
is($client->getLastReplication()['position'], 0, 'so that the first has it again');
$client->get('missing');
is($client->getLastReplication()['position'], -1, 'a miss');

$cluster->kill(0);
$client->get($key);
$report = $client->getLastReplication();
is($report['position'], 1, 'the first is dead: a read from the second');
is(array_keys($report['failed']), [$cluster->name(0)], 'names who failed');
ok(is_string($report['failed'][$cluster->name(0)]) && $report['failed'][$cluster->name(0)] !== '', 'and why');
$client->set($key, 'value');
is(array_keys($client->getLastReplication()['failed']), [$cluster->name(0)], 'so does a write');
$cluster->kill(1);
$cluster->kill(2);
$client->get($key);
ok(count($client->getLastReplication()['failed']) >= 2, 'all are dead');
is($client->getLastReplication()['acknowledged'], 0, 'none acknowledged');

done();
?>
--EXPECT--
done
