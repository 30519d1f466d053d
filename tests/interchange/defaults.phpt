--TEST--
By default McHA has class Memcached's serializer and compression, and each class reads the other's values
--EXTENSIONS--
igbinary
msgpack
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached', 'serializers']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

$cluster = new Cluster(1, ['unix' => true]);
$pecl = new Pecl();
is(defaults('McHA'), $pecl->call('defaults', 'Memcached'), 'both classes have the same defaults');
check_exchange($pecl, $cluster, [], [], 'by default');
check_items($cluster, suited_names('SERIALIZER_PHP'), 'by default', false);
is($pecl->finish(), '', 'the process with class Memcached reports no errors');

done();
?>
--EXPECT--
done
