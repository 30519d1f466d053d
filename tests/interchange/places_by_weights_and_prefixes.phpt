--TEST--
McHA places keys on the same nodes as class Memcached, with weights, prefixes, sorted servers and unix sockets
--SKIPIF--
<?php $needs = ['pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

$placements = ['modula' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_MODULA'], 'modula, crc' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_MODULA', 'OPT_HASH' => 'HASH_CRC'],
	'consistent' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_CONSISTENT'], 'consistent, md5' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_CONSISTENT', 'OPT_HASH' => 'HASH_MD5'],
	'libketama' => ['OPT_LIBKETAMA_COMPATIBLE' => true], 'libketama, default' => ['OPT_LIBKETAMA_COMPATIBLE' => true, 'OPT_HASH' => 'HASH_DEFAULT'],
	'switched back' => ['OPT_LIBKETAMA_COMPATIBLE' => true, 'OPT_DISTRIBUTION' => 'DISTRIBUTION_MODULA'],
	'switched off' => ['OPT_HASH' => 'HASH_MD5', 'OPT_LIBKETAMA_COMPATIBLE' => false]];
$more = ['' => [], 'prefix' => ['OPT_PREFIX_KEY' => 'app:'], 'prefix hashed' => ['OPT_HASH_WITH_PREFIX_KEY' => true, 'OPT_PREFIX_KEY' => 'app:'],
	'prefix, then hashed' => ['OPT_PREFIX_KEY' => str_repeat('p', 100), 'OPT_HASH_WITH_PREFIX_KEY' => true],
	'no prefix to hash' => ['OPT_HASH_WITH_PREFIX_KEY' => true], 'sorted' => ['OPT_SORT_HOSTS' => true],
	'sorted, prefix hashed' => ['OPT_SORT_HOSTS' => true, 'OPT_HASH_WITH_PREFIX_KEY' => true, 'OPT_PREFIX_KEY' => 'x']];
$table = [];
foreach ($placements as $name => $options) {
	foreach ($more as $addition => $added) {
		$table["$name, $addition"] = $options + $added;
		$table["$addition, $name"] = $added + $options;
	}
}
$pools = [];
foreach (NODE_COUNTS as $count) {
	$pools["$count nodes"] = imaginary_servers($count);
	$pools["$count weighted nodes"] = imaginary_servers($count, [1, 3, 2, 1, 10]);
	$pools["$count nodes of weight 1"] = imaginary_servers($count, [1]);
}
$pools['unix sockets'] = array_map(fn($i) => ["/run/memcached/$i.sock", 0, 0], range(1, 7));
$pools['weighted unix sockets'] = array_map(fn($i) => ["/run/memcached/$i.sock", 0, $i], range(1, 7));
$pools['the same node twice'] = [['10.0.0.1', 11211, 0], ['10.0.0.2', 11211, 0], ['10.0.0.1', 11211, 0]];
$pecl = new Pecl();
same_places($pecl, $table, $pools);
is($pecl->finish(), '', 'the process with class Memcached reports no errors');

done();
?>
--EXPECT--
done
