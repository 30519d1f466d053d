--TEST--
pecl memcache's distributions are options and ini settings like the others
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$options = fn(McHA $client) => [$client->getOption(McHA::OPT_DISTRIBUTION), $client->getOption(McHA::OPT_HASH)];
$set = fn(McHA $client, int $hash) => @$client->setOption(McHA::OPT_HASH, $hash);
foreach ([McHA::DISTRIBUTION_MEMCACHE_STANDARD, McHA::DISTRIBUTION_MEMCACHE_CONSISTENT] as $distribution) {
	$client = new McHA();
	$client->addServers([['10.0.0.1', 11211], ['10.0.0.2', 11211], ['10.0.0.3', 11211]]);
	ok($client->setOption(McHA::OPT_DISTRIBUTION, $distribution), 'set');
	is($options($client), [$distribution, McHA::HASH_CRC], 'crc32 by default');
	ok(!$set($client, McHA::HASH_MD5), 'no other hash');
	is(result($client), 'RES_INVALID_ARGUMENTS', 'which is said');
	ok($set($client, McHA::HASH_FNV1A_32), 'but fnv');
	is($options($client), [$distribution, McHA::HASH_FNV1A_32], 'fnv');
	$client->resetServerList();
	is($options($client), [$distribution, McHA::HASH_FNV1A_32], 'emptied, it stays');
	ok($client->setOption(McHA::OPT_DISTRIBUTION, McHA::DISTRIBUTION_MODULA), 'left again');
	is($options($client), [McHA::DISTRIBUTION_MODULA, McHA::HASH_FNV1A_32], 'for modula');
}
/* Each key's other nodes come as in any distribution. */
$client = new McHA();
$client->setOption(McHA::OPT_DISTRIBUTION, McHA::DISTRIBUTION_MEMCACHE_CONSISTENT);
$client->addServers([['10.0.0.1', 11211, 3], ['10.0.0.2', 11211], ['10.0.0.3', 11211], ['10.0.0.4', 11211, 2]]);
for ($i = 0; $i < 50; $i++) {
	$list = $client->getReplicas("key$i");
	is(count(array_unique(array_column($list, 'host'))), 4, 'a preference list has every node');
	is($list[0]['host'], $client->getServerByKey("key$i")['host'], 'and begins with the one that pecl memcache chose');
}

$code = '$client = new McHA(); echo $client->getOption(McHA::OPT_DISTRIBUTION), " ", $client->getOption(McHA::OPT_HASH), "\n";
	$client->setOption(McHA::OPT_HASH, McHA::HASH_FNV1A_32); $client->setOption(McHA::OPT_HASH_WITH_PREFIX_KEY, true);
	echo $client->getOption(McHA::OPT_DISTRIBUTION), " ", $client->getOption(McHA::OPT_HASH), "\n";';
foreach (['memcache_standard' => McHA::DISTRIBUTION_MEMCACHE_STANDARD, 'memcache_consistent' => McHA::DISTRIBUTION_MEMCACHE_CONSISTENT] as $word => $distribution) {
	is(run_php($code, [], ['mcha.distribution' => $word]), "$distribution " . McHA::HASH_CRC . "\n$distribution " . McHA::HASH_FNV1A_32 . "\n",
		"$word in php.ini; other options do not lead away from it");
	is(strtok(run_php($code, [], ['mcha.distribution' => $word, 'mcha.hash' => 'fnv1a_32']), "\n"), "$distribution " . McHA::HASH_FNV1A_32, "$word with fnv");
}
ok(str_contains(run_php('echo ini_set("mcha.distribution", "memcache") ? "" : "refused";'), 'mcha.distribution: invalid value "memcache", expected ketama, modula, rendezvous, memcache_standard or memcache_consistent'), 'half a word is no word');

done();
?>
--EXPECT--
done
