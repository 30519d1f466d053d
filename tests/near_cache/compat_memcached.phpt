--TEST--
With mcha.compat=memcached an unchanged application uses the near cache
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
mcha.compat=memcached
mcha.near_cache=apcu
mcha.retry_interval=0
mcha.connect_timeout=10000
mcha.operation_timeout=40000
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$cluster = new Cluster(2);
$client = new Memcached('kept');
$client->addServers(array_map(fn(Node $node) => [$node->host, $node->number], $cluster->nodes));
ok($client->set('key', ['a' => 1]), 'set');
ok($client->setMulti(['one' => 1, 'two' => str_repeat('two', 5000)]), 'set many, compressed');
$other = new McHA();
$cluster->addTo($other);
kill_all($cluster);
is($client->get('key'), ['a' => 1], 'get');
is($client->getResultCode(), Memcached::RES_SUCCESS, 'a near cache hit is a success');
is($client->getResultMessage(), 'SUCCESS', 'getResultMessage() says so');
ok($client->getLastErrorCode() !== Memcached::RES_SUCCESS, 'getLastErrorCode() reports the failed server');
ok(str_contains($client->getLastErrorMessage(), 'refused'), 'the error message gives the reason');
is($client->getMulti(['one', 'two']), ['one' => 1, 'two' => str_repeat('two', 5000)], 'getMulti');
is($client->get('none'), false, 'a key that the near cache does not have');
ok(!in_array($client->getResultCode(), [Memcached::RES_SUCCESS, Memcached::RES_NOTFOUND]), 'is reported as a failure');
ok($client->setOption(Memcached::OPT_NEAR_CACHE, 'none'), 'an application can disable the near cache');
is($client->get('key'), false, 'then get() fails');

done();
?>
--EXPECT--
done
