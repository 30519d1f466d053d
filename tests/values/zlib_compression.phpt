--TEST--
Large values are compressed if compression makes them smaller
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(1);
$client = $cluster->client([McHA::OPT_COMPRESSION_TYPE => McHA::COMPRESSION_ZLIB]);
$size = fn(string $key) => strlen($cluster->holds(0, $key));
$text = str_repeat('The same again. ', 1000);

$client->set('large', $text);
ok($size('large') < 1000, 'a large compressible value is compressed');
is($client->get('large'), $text, 'the large value is read');
is(unpack('V', $cluster->holds(0, 'large'))[1], strlen($text), 'the length precedes the stream');
is(gzuncompress(substr($cluster->holds(0, 'large'), 4)), $text, 'the stream is zlib\'s');
$client->set('small', substr($text, 0, 500));
is($size('small'), 500, 'a small value is not compressed');
$noise = random_bytes(10000);
$client->set('noise', $noise);
is($size('noise'), 10000, 'an incompressible value is not compressed');
is($client->get('noise'), $noise, 'the incompressible value is read');
$client->set('array', array_fill(0, 1000, 'text'));
ok($size('array') < 8000, 'an array');
is($client->get('array'), array_fill(0, 1000, 'text'), 'the array is read');
$client->set('number', 123456789);
is($client->get('number'), 123456789, 'a number');

$client->setOption(McHA::OPT_COMPRESSION, false);
$client->set('plain', $text);
is($size('plain'), strlen($text), 'with compression off the value is not compressed');
is($client->get('large'), $text, 'a compressed value is still read');

$cluster->raw(0, "set bomb 48 0 12\r\n\xff\xff\xff\xff\x78\x9c\x03\0\0\0\0\x01\r\n");
is(@$client->get('bomb'), false, 'a stored length that is far too large');
is(result($client), 'RES_PAYLOAD_FAILURE', 'the result is a payload failure');
$short = pack('V', 10) . gzcompress($text);
$cluster->raw(0, 'set short 48 0 ' . strlen($short) . "\r\n$short\r\n");
is(@$client->get('short'), false, 'a stored length that is too small');

done();
?>
--EXPECT--
done
