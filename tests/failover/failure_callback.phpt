--TEST--
The failure callback gets the node that failed and the reason
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
}), 'the callback is set');
$key = $cluster->keyLedBy($client, 2, 0);
$client->set($key, 'value');
is($told, [], 'the callback is not called without a failure');
$cluster->kill(2);
is($client->get($key), 'value', 'a read succeeds while a node fails');
is(array_keys($told), [$cluster->name(2)], 'the callback gets the name of the node');
ok($told[$cluster->name(2)] !== '', 'the callback gets a reason');
is($told, $client->getLastReplication()['failed'], 'the report has the same node and reason');
$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => throw new DomainException('sorry'));
throws(fn() => $client->set($key, 'new'), DomainException::class, 'sorry', 'set() passes the exception of the callback on');
$client->setOption(McHA::OPT_FAILURE_CALLBACK, null);
is($client->get($key), 'new', 'the write took place');
ok(!@$client->setOption(McHA::OPT_FAILURE_CALLBACK, 'no_such_function'), 'a callback that cannot be called is refused');

done();
?>
--EXPECT--
done
