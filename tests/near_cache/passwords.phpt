--TEST--
A refused password is not a failed node: the near cache does not answer instead
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
mcha.retry_interval=0
--SKIPIF--
<?php $needs = ['memcached', 'saslpasswd2']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$cluster = new Cluster(1, ['users' => ['alice' => 'open sesame']]);
$as = function (string $name, string $password, array $options = NEAR) use ($cluster): McHA {
	$client = $cluster->client([McHA::OPT_BINARY_PROTOCOL => true] + $options);
	$client->setSaslAuthData($name, $password);
	return $client;
};
$alice = $as('alice', 'open sesame');
ok($alice->set('key', 'value'), 'stored');
is($alice->get('key'), 'value', 'read');
is(local($alice), ['key'], 'the value comes from the near cache');
$wrong = $as('alice', 'wrong', LOCAL);
is($wrong->get('key'), false, 'a wrong password');
is(result($wrong), 'RES_AUTH_FAILURE', 'get() reports the authentication failure');
is($as('bob', 'open sesame')->get('key'), false, 'another user has a near cache of their own');
kill_all($cluster);
is($as('alice', 'open sesame', LOCAL)->get('key'), 'value', 'without a connection, the near cache answers the right user');

done();
?>
--EXPECT--
done
