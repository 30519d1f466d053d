--TEST--
The failure callback is told which node failed and why
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$told = [];
ok($client->setOption(McHA::OPT_FAILURE_CALLBACK, function (string $node, string $reason) use (&$told, $client) {
	$told[$node] = $reason;
	$client->getResultCode();
}), 'it is set');
$key = $cluster->keyLedBy($client, 2, 0);
$client->set($key, 'value');
is($told, [], 'nothing fails, nothing is told');
$cluster->kill(2);
is($client->get($key), 'value', 'a node fails');
is(array_keys($told), [$cluster->name(2)], 'it is told which');
ok($told[$cluster->name(2)] !== '', 'and why');
is($told, $client->getLastReplication()['failed'], 'as the report has it');
$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => throw new DomainException('sorry'));
throws(fn() => $client->set($key, 'new'), DomainException::class, 'sorry', 'what it throws passes');
$client->setOption(McHA::OPT_FAILURE_CALLBACK, null);
is($client->get($key), 'new', 'and the operation was done');
ok(!@$client->setOption(McHA::OPT_FAILURE_CALLBACK, 'no_such_function'), 'what cannot be called is refused');

done();
?>
--EXPECT--
done
