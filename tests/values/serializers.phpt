--TEST--
Each serializer writes its extension's format; a read chooses the format by the item's flags
--EXTENSIONS--
igbinary
msgpack
--SKIPIF--
<?php $needs = ['memcached', 'serializers']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

$cluster = new Cluster(1);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
$value = ['a' => [1, 2.5, 'three'], 'b' => (object) ['c' => null], 'd' => []];
$arrays = ['b' => ['c' => null]] + $value;
$objects = (object) (['a' => [1, 2.5, 'three'], 'b' => (object) ['c' => null], 'd' => []]);
$expected = [
	'php' => [McHA::SERIALIZER_PHP, 4, serialize($value), $value],
	'igbinary' => [McHA::SERIALIZER_IGBINARY, 5, igbinary_serialize($value), $value],
	'json' => [McHA::SERIALIZER_JSON, 6, json_encode($value), $objects],
	'json_array' => [McHA::SERIALIZER_JSON_ARRAY, 6, json_encode($value), $arrays],
	'msgpack' => [McHA::SERIALIZER_MSGPACK, 7, msgpack_serialize($value), $value],
];
foreach ($expected as $name => [$number, $flags, $bytes, $back]) {
	ok($client->setOption(McHA::OPT_SERIALIZER, $number), "$name can be chosen");
	is($client->getOption(McHA::OPT_SERIALIZER), $number, "$name is chosen");
	ok($client->set($name, $value), "$name: stored");
	is($cluster->flags(0, $name), $flags, "$name: the flags");
	is($cluster->holds(0, $name), $bytes, "$name: the bytes");
	is(serialize($client->get($name)), serialize(is_array($back) ? array_replace($value, $back) : $back), "$name: the value");
	ok($client->setOption(McHA::OPT_SERIALIZER, $name), "$name by its name");
	is($client->getOption(McHA::OPT_SERIALIZER), $number, "$name chosen by name");
	ini_set('mcha.serializer', $name);
	is((new McHA())->getOption(McHA::OPT_SERIALIZER), $number, "mcha.serializer=$name");
}
/* reading does not depend on the chosen serializer, except for json */
foreach ($expected as $chosen => [$number]) {
	$client->setOption(McHA::OPT_SERIALIZER, $number);
	foreach ($expected as $name => [, , , $back]) {
		$back = !str_starts_with($name, 'json') ? $value : ($chosen === 'json_array' ? array_replace($value, $arrays) : $objects);
		is(serialize($client->get($name)), serialize($back), "with $chosen, an item of $name is read");
		is(serialize($client->getMulti([$name])), serialize([$name => $back]), "getMulti() returns the same value");
		is(serialize($client->get($name, null, McHA::GET_EXTENDED)['value']), serialize($back), "GET_EXTENDED returns the same value");
	}
}
/* null, and references to the value itself */
foreach ($expected as $name => [$number, $flags]) {
	$client->setOption(McHA::OPT_SERIALIZER, $number);
	$client->set('null', null);
	is($cluster->flags(0, 'null'), $flags, "$name: null is serialized");
	is($client->get('null'), null, "$name: null is read");
	is(result($client), 'RES_SUCCESS', "$name: reading null is a success");
}

ok(McHA::HAVE_IGBINARY && McHA::HAVE_MSGPACK && McHA::HAVE_JSON, 'the constants say that the serializers exist');
ini_restore('mcha.serializer');
is((new McHA())->getOption(McHA::OPT_SERIALIZER), McHA::SERIALIZER_IGBINARY, 'by default igbinary is chosen');
ok($client->setOption(McHA::OPT_SERIALIZER, 'php') && $client->setOption(McHA::OPT_SERIALIZER, 'auto'), 'auto can be chosen');
is($client->getOption(McHA::OPT_SERIALIZER), McHA::SERIALIZER_IGBINARY, 'auto chooses igbinary');

done();
?>
--EXPECT--
done
