--TEST--
With mcha.compat=memcached OPT_BINARY_PROTOCOL does not take the meta protocol away, except for SASL
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
is($client->getOption(McHA::OPT_BINARY_PROTOCOL), 1, 'it is remembered');
is($spoken($client), 'meta', 'and not spoken');
is($client->increment('number', 2, 7), 7, 'what frameworks want it for');
$client->setOption(McHA::OPT_PROTOCOL, 'binary');
is($spoken($client), 'binary', 'who insists has it');

$guarded = new Cluster(2, ['users' => ['alice' => 'open sesame']]);
$client = new Memcached();
ok($client->setOption(Memcached::OPT_BINARY_PROTOCOL, true), 'binary');
ok($client->setSaslAuthData('alice', 'open sesame'), 'a name');
$guarded->addTo($client);
ok($client->set('key', 'value'), 'is let in');
is($client->get('key'), 'value', 'and served');

done();
?>
--EXPECT--
done
