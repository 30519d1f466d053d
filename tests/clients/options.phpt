--TEST--
getOption() returns the value that setOption() set
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$client = new McHA();
$round = [
	'OPT_COMPRESSION' => [true, false], 'OPT_PREFIX_KEY' => ['p:', ''], 'OPT_SERIALIZER' => [McHA::SERIALIZER_PHP],
	'OPT_COMPRESSION_TYPE' => [McHA::COMPRESSION_ZLIB], 'OPT_USER_FLAGS' => [0, 65535, -1], 'OPT_ITEM_SIZE_LIMIT' => [1000, 0],
	'OPT_STORE_RETRY_COUNT' => [3, 0], 'OPT_NUMBER_OF_REPLICAS' => [0, 1, 2, 7],
	'OPT_ALLOW_FAILOVER' => [false, true], 'OPT_READ_REPAIR' => [false, true], 'OPT_FAILOVER_TTL' => [1, 600],
	'OPT_LOCAL_ZONE' => ['rack1', ''], 'OPT_OPERATION_TIMEOUT' => [1, 5000], 'OPT_CONNECT_TIMEOUT' => [1, 3000],
	'OPT_WRITE_QUORUM' => [McHA::WRITE_QUORUM_ALL, McHA::WRITE_QUORUM_MAJORITY, McHA::WRITE_QUORUM_ONE],
	'OPT_READ_POLICY' => [McHA::READ_POLICY_BALANCED, McHA::READ_POLICY_NEAREST, McHA::READ_POLICY_ORDERED],
	'OPT_MISS_FAILOVER' => [McHA::MISS_FAILOVER_NEVER, McHA::MISS_FAILOVER_RECOVERING, McHA::MISS_FAILOVER_ALWAYS],
	'OPT_PROTOCOL' => [McHA::PROTOCOL_TEXT, McHA::PROTOCOL_BINARY, McHA::PROTOCOL_META, McHA::PROTOCOL_AUTO],
	'OPT_RETRY_TIMEOUT' => [0, 5], 'OPT_DEAD_TIMEOUT' => [60], 'OPT_POLL_TIMEOUT' => [2000], 'OPT_TCP_NODELAY' => [true],
	'OPT_HASH' => [McHA::HASH_CRC, McHA::HASH_MD5, McHA::HASH_DEFAULT],
	'OPT_DISTRIBUTION' => [McHA::DISTRIBUTION_MODULA, McHA::DISTRIBUTION_CONSISTENT, McHA::DISTRIBUTION_RENDEZVOUS],
];
foreach ($round as $name => $values) {
	foreach ($values as $value) {
		$option = constant("McHA::$name");
		ok($client->setOption($option, $value), "$name is set to " . show($value));
		$found = $client->getOption($option);
		is(is_bool($value) ? (bool) $found : $found, $value, "getOption() returns the value of $name");
	}
}
$words = ['OPT_WRITE_QUORUM' => ['majority' => McHA::WRITE_QUORUM_MAJORITY], 'OPT_READ_POLICY' => ['nearest' => McHA::READ_POLICY_NEAREST],
	'OPT_MISS_FAILOVER' => ['never' => McHA::MISS_FAILOVER_NEVER], 'OPT_PROTOCOL' => ['meta' => McHA::PROTOCOL_META]];
foreach ($words as $name => $pairs) {
	foreach ($pairs as $word => $value) {
		ok($client->setOption(constant("McHA::$name"), $word), "$name takes the word $word");
		is($client->getOption(constant("McHA::$name")), $value, "$word is $value");
	}
}
ok($client->setOptions([McHA::OPT_NUMBER_OF_REPLICAS => 2, McHA::OPT_WRITE_QUORUM => 'all']), 'setOptions() sets several options');
is($client->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 2, 'the first option of setOptions()');
is($client->getOption(McHA::OPT_WRITE_QUORUM), McHA::WRITE_QUORUM_ALL, 'the last option of setOptions()');
$other = new McHA();
is($other->getOption(McHA::OPT_NUMBER_OF_REPLICAS), 1, 'another client has its own options');

done();
?>
--EXPECT--
done
