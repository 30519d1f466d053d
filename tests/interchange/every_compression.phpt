--TEST--
With every compression class Memcached and McHA read each other's values, and compress the same values
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

$cluster = new Cluster(1, ['unix' => true]);
/* threshold and factor are directives of each class, not options */
$rules = [[2000, 1.3], [1, 1.3], [2001, 1.05], [100, 6], [100, 0.5], [1000000, 1.3]];
foreach ($rules as [$threshold, $factor]) {
	$pecl = new Pecl(['memcached.compression_threshold' => $threshold, 'memcached.compression_factor' => $factor]);
	ini_set('mcha.compression_threshold', $threshold);
	ini_set('mcha.compression_factor', $factor);
	foreach (['COMPRESSION_FASTLZ', 'COMPRESSION_ZLIB'] as $type) {
		$options = ['OPT_COMPRESSION_TYPE' => $type, 'OPT_SERIALIZER' => 'SERIALIZER_PHP', 'OPT_USER_FLAGS' => 65535];
		/* pecl memcached 3.3 has a directive for the level; 3.2 uses zlib's default */
		$own = ['OPT_COMPRESSION_LEVEL' => (int) ($pecl->call('ini_get', 'memcached.compression_level') ?: 6)];
		$what = "$type, threshold $threshold, factor $factor";
		check_exchange($pecl, $cluster, $options, $own, $what);
		check_items($cluster, suited_names('SERIALIZER_PHP'), $what, $type === 'COMPRESSION_ZLIB');
	}
	is($pecl->finish(), '', 'the process with class Memcached reports no errors');
}


done();
?>
--EXPECT--
done
