--TEST--
pecl memcache's distributions can be chosen by option and by ini directive
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
	ok(!$set($client, McHA::HASH_MD5), 'no other hash is accepted');
	is(result($client), 'RES_INVALID_ARGUMENTS', 'the result code says so');
	ok($set($client, McHA::HASH_FNV1A_32), 'only fnv');
	is($options($client), [$distribution, McHA::HASH_FNV1A_32], 'the hash is fnv');
	$client->resetServerList();
	is($options($client), [$distribution, McHA::HASH_FNV1A_32], 'an empty pool keeps the distribution');
	ok($client->setOption(McHA::OPT_DISTRIBUTION, McHA::DISTRIBUTION_MODULA), 'another distribution can be chosen');
	is($options($client), [McHA::DISTRIBUTION_MODULA, McHA::HASH_FNV1A_32], 'modula keeps the hash');
}
/* The other nodes of a key's preference list come in the same way as in any distribution. */
$client = new McHA();
$client->setOption(McHA::OPT_DISTRIBUTION, McHA::DISTRIBUTION_MEMCACHE_CONSISTENT);
$client->addServers([['10.0.0.1', 11211, 3], ['10.0.0.2', 11211], ['10.0.0.3', 11211], ['10.0.0.4', 11211, 2]]);
for ($i = 0; $i < 50; $i++) {
	$list = $client->getReplicas("key$i");
	is(count(array_unique(array_column($list, 'host'))), 4, 'a preference list has every node');
	is($list[0]['host'], $client->getServerByKey("key$i")['host'], 'the list begins with the node that pecl memcache chose');
}

$code = '$client = new McHA(); echo $client->getOption(McHA::OPT_DISTRIBUTION), " ", $client->getOption(McHA::OPT_HASH), "\n";
	$client->setOption(McHA::OPT_HASH, McHA::HASH_FNV1A_32); $client->setOption(McHA::OPT_HASH_WITH_PREFIX_KEY, true);
	echo $client->getOption(McHA::OPT_DISTRIBUTION), " ", $client->getOption(McHA::OPT_HASH), "\n";';
foreach (['memcache_standard' => McHA::DISTRIBUTION_MEMCACHE_STANDARD, 'memcache_consistent' => McHA::DISTRIBUTION_MEMCACHE_CONSISTENT] as $word => $distribution) {
	is(run_php($code, [], ['mcha.distribution' => $word]), "$distribution " . McHA::HASH_CRC . "\n$distribution " . McHA::HASH_FNV1A_32 . "\n",
		"$word in php.ini: other options do not change the distribution");
	is(strtok(run_php($code, [], ['mcha.distribution' => $word, 'mcha.hash' => 'fnv1a_32']), "\n"), "$distribution " . McHA::HASH_FNV1A_32, "$word with fnv");
}
ok(str_contains(run_php('echo ini_set("mcha.distribution", "memcache") ? "" : "refused";'), 'mcha.distribution: invalid value "memcache", expected ketama, modula, rendezvous, memcache_standard or memcache_consistent'), 'an incomplete name is refused');

done();
?>
--EXPECT--
done
