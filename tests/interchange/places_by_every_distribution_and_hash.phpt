--TEST--
McHA places keys on the same nodes as class Memcached, with every distribution, hash and number of nodes
--SKIPIF--
<?php $needs = ['pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

$hashes = ['HASH_DEFAULT', 'HASH_MD5', 'HASH_CRC', 'HASH_FNV1_64', 'HASH_FNV1A_64', 'HASH_FNV1_32', 'HASH_FNV1A_32', 'HASH_HSIEH', 'HASH_MURMUR'];
$placements = ['modula' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_MODULA'], 'consistent' => ['OPT_DISTRIBUTION' => 'DISTRIBUTION_CONSISTENT'],
	'libketama' => ['OPT_LIBKETAMA_COMPATIBLE' => true]];
$table = [];
foreach ($hashes as $hash) {
	foreach ($placements as $name => $options) {
		$table["$name, then $hash"] = $options + ['OPT_HASH' => $hash];
		$table["$hash, then $name"] = ['OPT_HASH' => $hash] + $options;
	}
	$table["ketama's $hash"] = ['OPT_DISTRIBUTION' => 'DISTRIBUTION_CONSISTENT', 'OPT_LIBKETAMA_HASH' => $hash];
	$table["libketama, ketama's $hash"] = ['OPT_LIBKETAMA_COMPATIBLE' => true, 'OPT_LIBKETAMA_HASH' => $hash];
}
$pools = [];
foreach (NODE_COUNTS as $count) {
	$pools["$count nodes"] = imaginary_servers($count);
}
$pecl = new Pecl(['error_reporting' => 0]); /* both classes refuse a hash that libmemcached was built without */
set_error_handler(fn() => true);
same_places($pecl, $table, $pools);

done();
?>
--EXPECT--
done
