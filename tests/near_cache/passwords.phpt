--TEST--
A refused password is an answer: no local copy is served for it
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
is(local($alice), ['key'], 'from here');
$wrong = $as('alice', 'wrong', LOCAL);
is($wrong->get('key'), false, 'a wrong password');
is(result($wrong), 'RES_AUTH_FAILURE', 'is said to be one');
is($as('bob', 'open sesame')->get('key'), false, 'another user has copies of his own');
kill_all($cluster);
is($as('alice', 'open sesame', LOCAL)->get('key'), 'value', 'who cannot ask is served');

done();
?>
--EXPECT--
done
