--TEST--
Servers that want to know who asks are told, over the binary protocol
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
is($client->setSaslAuthData('alice', 'open sesame'), false, 'another protocol has no names');
is($warnings, ['McHA::setSaslAuthData(): SASL is only supported with binary protocol'], 'which is said');

$client->setOption(McHA::OPT_BINARY_PROTOCOL, true);
is($client->set('key', 'value'), false, 'nobody is not let in');
is(result($client), 'RES_AUTH_FAILURE', 'and told why');
is($client->setSaslAuthData('alice', 'wrong'), true, 'a name is asked nobody about');
is($client->set('key', 'value'), false, 'a wrong password');
is(result($client), 'RES_AUTH_FAILURE', 'is no password');
is($client->get('key'), false, 'for reading either');
is(result($client), 'RES_AUTH_FAILURE', 'and no miss');

ok($client->setSaslAuthData('alice', 'open sesame'), 'the right one');
ok($client->set('key', 'value'), 'opens');
is($client->getLastReplication()['acknowledged'], 2, 'both nodes');
is($client->get('key'), 'value', 'for reading too');
is($client->increment('number', 1, 5), 5, 'and counting');
is($client->getMulti(['key', 'number']), ['key' => 'value', 'number' => '5'], 'and many at once');
ok($client->setSaslAuthData('alice', 'wrong'), 'changed on the way');
is($client->get('key'), false, 'it is asked for again: no connection of the former stays');
is(result($client), 'RES_AUTH_FAILURE', 'and refused');
ok($client->setSaslAuthData('alice', 'open sesame'), 'and back');
$cluster->kill(0);
is($client->get('key'), 'value', 'a dead node is not felt');
is($client->getAllKeys(), false, 'who only speaks binary cannot list keys');

/* a password of one pool is none of another's of the same id */
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
ok($kept('open sesame')->set('key', 'kept'), 'a kept pool');
is($kept(null)->get('key'), 'kept', 'keeps who it is');
is($kept('wrong')->get('key'), false, 'until it is told otherwise');

done();
?>
--EXPECT--
done
