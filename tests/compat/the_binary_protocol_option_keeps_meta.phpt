--TEST--
With mcha.compat=memcached the client speaks the meta protocol in spite of OPT_BINARY_PROTOCOL, except with SASL
--SKIPIF--
<?php $needs = ['memcached', 'saslpasswd2']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.compat=memcached
mcha.connect_timeout=10000
mcha.operation_timeout=40000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$spoken = function (McHA $client): string {
	ok($client->set('key', 'value'), 'set');
	is($client->get('key'), 'value', 'get');
	return implode(' ', array_unique(array_column($client->getNodes(), 'protocol')));
};
$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_BINARY_PROTOCOL => true]);
is($client->getOption(McHA::OPT_BINARY_PROTOCOL), 1, 'getOption() returns the option');
is($spoken($client), 'meta', 'the client speaks the meta protocol');
is($client->increment('number', 2, 7), 7, 'increment() with an initial value works (why frameworks set the option)');
$client->setOption(McHA::OPT_PROTOCOL, 'binary');
is($spoken($client), 'binary', 'with OPT_PROTOCOL=binary the client speaks the binary protocol');

$guarded = new Cluster(2, ['users' => ['alice' => 'open sesame']]);
$client = new Memcached();
ok($client->setOption(Memcached::OPT_BINARY_PROTOCOL, true), 'OPT_BINARY_PROTOCOL is set');
ok($client->setSaslAuthData('alice', 'open sesame'), 'the SASL name and password are set');
$guarded->addTo($client);
ok($client->set('key', 'value'), 'a write with SASL succeeds');
is($client->get('key'), 'value', 'a read with SASL succeeds');

done();
?>
--EXPECT--
done
