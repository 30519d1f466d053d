--TEST--
With every serializer class Memcached and McHA read each other's values, and store the same bytes
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
foreach (array_keys(UNSUITED) as $serializer) {
	$options = ['OPT_SERIALIZER' => $serializer, 'OPT_COMPRESSION' => false, 'OPT_USER_FLAGS' => 77];
	check_exchange($pecl, $cluster, $options, [], $serializer);
	check_items($cluster, suited_names($serializer), $serializer);
}
is($pecl->finish(), '', 'the process with class Memcached reports no errors');

/* A serializer that can encode every PHP value returns the value that was stored. */
foreach (['SERIALIZER_PHP', 'SERIALIZER_IGBINARY'] as $serializer) {
	$options = ['OPT_SERIALIZER' => $serializer, 'OPT_COMPRESSION' => false];
	store('McHA', $options, server_list($cluster), 'own');
	$awake = array_map(fn($value) => serialize(unserialize(serialize($value))) . ' flags 0', values());
	same_values(fetch('McHA', $options, server_list($cluster), 'own'), $awake, "$serializer: McHA reads the values that it stored");
}
gc_collect_cycles();

done();
?>
--EXPECT--
done
