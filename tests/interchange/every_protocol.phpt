--TEST--
Over every protocol class Memcached and McHA read each other's values
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

$cluster = new Cluster(1, ['unix' => true]);
$pecl = new Pecl();
foreach ([false, true] as $binary) {
	foreach (['PROTOCOL_META', 'PROTOCOL_TEXT', 'PROTOCOL_BINARY'] as $protocol) {
		$options = ['OPT_BINARY_PROTOCOL' => $binary, 'OPT_SERIALIZER' => 'SERIALIZER_PHP', 'OPT_USER_FLAGS' => 0xA5];
		$what = "$protocol, class Memcached by " . ($binary ? 'binary' : 'text');
		check_exchange($pecl, $cluster, $options, ['OPT_PROTOCOL' => $protocol], $what);
		check_items($cluster, suited_names('SERIALIZER_PHP'), $what, false);
	}
}
is($pecl->finish(), '', 'the process with class Memcached reports no errors');

done();
?>
--EXPECT--
done
