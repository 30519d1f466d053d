--TEST--
McHA places the first copy of a key on the node that pecl memcached chooses
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* No server listens at these addresses: placement does not ask a server. */
$pools = [[['127.0.0.1', 11211, 0], ['127.0.0.1', 11212, 0], ['127.0.0.1', 11213, 0]],
	[['10.1.1.1', 11211, 1], ['10.1.1.2', 11211, 1], ['10.1.1.3', 11211, 3], ['10.1.1.4', 22122, 2]], [['cache', 11211, 0]],
	[['/tmp/a.sock', 0, 0], ['/tmp/b.sock', 0, 0]]];
$settings = [
	'McHA\'s default' => ['OPT_LIBKETAMA_COMPATIBLE' => true],
	'modula' => ['OPT_DISTRIBUTION' => McHA::DISTRIBUTION_MODULA],
	'modula, crc' => ['OPT_DISTRIBUTION' => McHA::DISTRIBUTION_MODULA, 'OPT_HASH' => McHA::HASH_CRC],
	'consistent' => ['OPT_DISTRIBUTION' => McHA::DISTRIBUTION_CONSISTENT],
	'consistent, md5' => ['OPT_DISTRIBUTION' => McHA::DISTRIBUTION_CONSISTENT, 'OPT_HASH' => McHA::HASH_MD5],
	'fnv' => ['OPT_HASH' => McHA::HASH_FNV1A_32],
	'murmur' => ['OPT_HASH' => McHA::HASH_MURMUR],
	'prefix hashed' => ['OPT_HASH_WITH_PREFIX_KEY' => true, 'OPT_PREFIX_KEY' => 'p:', 'OPT_LIBKETAMA_COMPATIBLE' => true],
];
$script = '
	foreach ($options as $name => $value) {
		$client->setOption(constant("$class::$name"), $value);
	}
	$client->addServers($pool);
	$places = [];
	for ($i = 0; $i < 200; $i++) {
		$server = $client->getServerByKey("key:$i");
		$places[] = "$server[host]:$server[port]";
	}
	return $places;';
foreach ($settings as $name => $options) {
	foreach ($pools as $pool) {
		$theirs = ask_php('[$options, $pool] = json_decode($argv[1], true); $class = "Memcached"; $client = new Memcached();
			echo json_encode((function () use ($options, $pool, $class, $client) {' . $script . '})());',
			[json_encode([$options, $pool])], [], Child::PECL_MEMCACHED);
		[$class, $client] = ['McHA', new McHA()];
		$own = $name === 'McHA\'s default' ? [] : $options;
		$ours = (function (array $options) use ($pool, $class, $client, $script) { return eval($script); })($own);
		is($ours, $theirs, "$name, " . count($pool) . ' servers');
	}
}

done();
?>
--EXPECT--
done
