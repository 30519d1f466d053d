--TEST--
The servers of a pool come from addServer(), a pool string, libmemcached's own string or the ini directive
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.servers="10.0.0.7:11217,10.0.0.8"
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$list = fn(McHA $client) => array_map(fn(array $server) => "$server[host]:$server[port]*$server[weight]", $client->getServerList());

$client = new McHA();
$client->addServer('10.0.0.1', 11211);
$client->addServers([['10.0.0.2', 11212], ['10.0.0.3', 11213, 5]]);
is(array_column($client->getServerList(), 'port'), [11211, 11212, 11213], 'addServer() and addServers() keep the order');
is(array_column($client->getServerList(), 'type'), ['TCP', 'TCP', 'TCP'], 'all servers are reached by TCP');
is($client->getServerList()[2]['weight'], 5, 'addServers() sets the weight');
ok($client->resetServerList(), 'resetServerList() succeeds');
is($client->getServerList(), [], 'resetServerList() removes all servers');

$client = new McHA(null, null, '10.0.0.1,10.0.0.2:11212,tcp://10.0.0.3:11213:5,[::1]:11214,unix:///tmp/m.sock,/tmp/n.sock?zone=b&weight=3');
is($list($client), ['10.0.0.1:11211*1', '10.0.0.2:11212*1', '10.0.0.3:11213*5', '::1:11214*1', '/tmp/m.sock:0*1', '/tmp/n.sock:0*3'], 'a pool string with all its forms');
is($client->getServerList()[4]['type'], 'SOCKET', 'a path in a pool string is a unix socket');
is($client->getNodes()[5]['zone'], 'b', 'a pool string sets the zone');
$client = new McHA(null, null, '--SERVER=10.0.0.1 --SERVER=10.0.0.2:11212');
is(array_column($client->getServerList(), 'port'), [11211, 11212], "libmemcached's own string");

$client = new McHA();
$client->get('key');
is(array_column($client->getServerList(), 'host'), ['10.0.0.7', '10.0.0.8'], 'without servers the client uses those of mcha.servers');
is(array_column($client->getServerList(), 'port'), [11217, 11211], 'mcha.servers sets the ports');

done();
?>
--EXPECT--
done
