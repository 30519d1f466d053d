--TEST--
The ini directives set the default values of a client's options
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.number_of_replicas=2
mcha.allow_failover=0
mcha.write_quorum=majority
mcha.read_policy=balanced
mcha.miss_failover=never
mcha.read_repair=0
mcha.failover_ttl=77
mcha.local_zone=rack2
mcha.protocol=text
mcha.connect_timeout=123
mcha.operation_timeout=4567
mcha.retry_interval=3
mcha.retry_interval_max=33
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$client = new McHA();
is($client->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 2, 'number_of_replicas');
is((bool) $client->getOption(McHA::OPT_ALLOW_FAILOVER), false, 'allow_failover');
is($client->getOption(McHA::OPT_WRITE_QUORUM), McHA::WRITE_QUORUM_MAJORITY, 'write_quorum');
is($client->getOption(McHA::OPT_READ_POLICY), McHA::READ_POLICY_BALANCED, 'read_policy');
is($client->getOption(McHA::OPT_MISS_FAILOVER), McHA::MISS_FAILOVER_NEVER, 'miss_failover');
is((bool) $client->getOption(McHA::OPT_READ_REPAIR), false, 'read_repair');
is($client->getOption(McHA::OPT_FAILOVER_TTL), 77, 'failover_ttl');
is($client->getOption(McHA::OPT_LOCAL_ZONE), 'rack2', 'local_zone');
is($client->getOption(McHA::OPT_PROTOCOL), McHA::PROTOCOL_TEXT, 'protocol');
is($client->getOption(McHA::OPT_CONNECT_TIMEOUT), 123, 'connect_timeout');
is($client->getOption(McHA::OPT_OPERATION_TIMEOUT), 4567, 'operation_timeout');
is($client->getOption(McHA::OPT_RETRY_TIMEOUT), 3, 'retry_interval');
is($client->getOption(McHA::OPT_DEAD_TIMEOUT), 33, 'retry_interval_max');
foreach (['write_quorum' => 'most', 'read_policy' => 'random', 'miss_failover' => 'sometimes', 'protocol' => 'udp',
	'number_of_replicas' => '-1', 'operation_timeout' => '-1'] as $name => $value) {
	$before = ini_get("mcha.$name");
	ok(@ini_set("mcha.$name", $value) === false, "mcha.$name=$value is refused");
	is(ini_get("mcha.$name"), $before, "mcha.$name stays");
}
ini_set('mcha.number_of_replicas', '1');
is((new McHA())->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 1, 'a changed directive applies to new clients');
is($client->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 2, 'a changed directive does not apply to existing clients');

done();
?>
--EXPECT--
done
