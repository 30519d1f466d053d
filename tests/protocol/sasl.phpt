--TEST--
McHA authenticates to servers with SASL, over the binary protocol
--SKIPIF--
<?php $needs = ['memcached', 'saslpasswd2']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2, ['users' => ['alice' => 'open sesame']]);
$client = $cluster->client();
$warnings = [];
set_error_handler(function (int $level, string $text) use (&$warnings) { $warnings[] = $text; return true; });
is($client->setSaslAuthData('alice', 'open sesame'), false, 'setSaslAuthData() is refused with another protocol');
is($warnings, ['McHA::setSaslAuthData(): SASL is only supported with binary protocol'], 'the warning gives the reason');

$client->setOption(McHA::OPT_BINARY_PROTOCOL, true);
is($client->set('key', 'value'), false, 'a client without a password is refused');
is(result($client), 'RES_AUTH_FAILURE', 'the result is an authentication failure');
is($client->setSaslAuthData('alice', 'wrong'), true, 'setSaslAuthData() itself asks no server');
is($client->set('key', 'value'), false, 'a wrong password is refused');
is(result($client), 'RES_AUTH_FAILURE', 'set: the result is an authentication failure');
is($client->get('key'), false, 'a read with a wrong password is refused');
is(result($client), 'RES_AUTH_FAILURE', 'get: the result is an authentication failure');

ok($client->setSaslAuthData('alice', 'open sesame'), 'the right password');
ok($client->set('key', 'value'), 'the right password is accepted');
is($client->getLastReplication()['acknowledged'], 2, 'both nodes acknowledged');
is($client->get('key'), 'value', 'get() succeeds');
is($client->increment('number', 1, 5), 5, 'increment() succeeds');
is($client->getMulti(['key', 'number']), ['key' => 'value', 'number' => '5'], 'getMulti() succeeds');
ok($client->setSaslAuthData('alice', 'wrong'), 'the password is changed to a wrong one');
is($client->get('key'), false, 'the client authenticates again: no connection of the previous password is kept');
is(result($client), 'RES_AUTH_FAILURE', 'the result is an authentication failure');
ok($client->setSaslAuthData('alice', 'open sesame'), 'the password is changed back');
$cluster->kill(0);
is($client->get('key'), 'value', 'get() succeeds with a dead node');
is($client->getAllKeys(), false, 'getAllKeys() fails: the binary protocol cannot list keys');

/* persistent pools of the same id but different passwords are separate */
$kept = function (?string $password) use ($cluster): McHA {
	$kept = new McHA('kept');
	$kept->setOption(McHA::OPT_BINARY_PROTOCOL, true);
	if (!$kept->getServerList()) {
		$kept->addServer($cluster->nodes[1]->host, $cluster->nodes[1]->number);
	}
	if ($password !== null) {
		$kept->setSaslAuthData('alice', $password);
	}
	return $kept;
};
ok($kept('open sesame')->set('key', 'kept'), 'a persistent pool with the right password');
is($kept(null)->get('key'), 'kept', 'an object without a password uses that pool');
is($kept('wrong')->get('key'), false, 'an object with a wrong password is refused');

done();
?>
--EXPECT--
done
