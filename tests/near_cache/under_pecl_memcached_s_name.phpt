--TEST--
With mcha.compat=memcached an application has local copies without knowing
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
is($client->getResultCode(), Memcached::RES_SUCCESS, 'as a success');
is($client->getResultMessage(), 'SUCCESS', 'in words');
ok($client->getLastErrorCode() !== Memcached::RES_SUCCESS, 'and it is said that a server failed');
ok(str_contains($client->getLastErrorMessage(), 'refused'), 'and why');
is($client->getMulti(['one', 'two']), ['one' => 1, 'two' => str_repeat('two', 5000)], 'getMulti');
is($client->get('none'), false, 'what is not here');
ok(!in_array($client->getResultCode(), [Memcached::RES_SUCCESS, Memcached::RES_NOTFOUND]), 'is a failure');
ok($client->setOption(Memcached::OPT_NEAR_CACHE, 'none'), 'an application that knows');
is($client->get('key'), false, 'may do without');

done();
?>
--EXPECT--
done
