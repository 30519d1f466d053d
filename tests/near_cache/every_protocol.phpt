--TEST--
The near cache works with every protocol, type, serializer and compression
--EXTENSIONS--
apcu
igbinary
msgpack
--INI--
apc.enable_cli=1
mcha.compression_threshold=100
--SKIPIF--
<?php $needs = ['memcached', 'serializers']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$values = ['string' => 'text', 'long' => str_repeat('long ', 1000), 'int' => -5, 'float' => 0.1, 'true' => true, 'false' => false, 'null' => null,
	'array' => ['a' => [1, 2, 3], 'b' => 'x'], 'big' => array_fill(0, 500, 'filling'), 'bytes' => "\0\xff\r\n", 'empty' => ''];
foreach (['meta', 'text', 'binary'] as $protocol) {
	foreach (['php', 'igbinary', 'msgpack', 'json_array'] as $serializer) {
		foreach (['fastlz', 'zlib', ...(McHA::HAVE_ZSTD ? ['zstd'] : [])] as $compression) {
			$cluster = new Cluster(1);
			$options = [McHA::OPT_PROTOCOL => $protocol, McHA::OPT_SERIALIZER => $serializer, McHA::OPT_COMPRESSION => true, McHA::OPT_COMPRESSION_TYPE => $compression];
			$client = $cluster->client($options + NEAR);
			$writer = $cluster->client([McHA::OPT_NEAR_CACHE => 'none', McHA::OPT_USER_FLAGS => 77] + $options + LOCAL);
			$usable = $serializer === 'json_array' ? array_diff_key($values, ['bytes' => 1]) : $values;
			ok($writer->setMulti($usable), "$protocol, $serializer, $compression: stored");
			foreach (['', 'again '] as $when) {
				is($client->getMulti(array_keys($usable), McHA::GET_PRESERVE_ORDER), $usable, "{$when}$protocol, $serializer, $compression: all values");
				is(local($client), $when ? array_keys($usable) : [], "$when$protocol, $serializer, $compression: exactly the usable values come from the near cache");
			}
			kill_all($cluster);
			is($client->get('big', null, McHA::GET_EXTENDED), ['value' => $values['big'], 'cas' => 0, 'flags' => 77], "$protocol, $serializer, $compression: a near cache copy keeps the user flags");
			foreach ($usable as $key => $value) {
				is($client->get($key), $value, "$protocol, $serializer, $compression: $key");
			}
		}
	}
}

done();
?>
--EXPECT--
done
