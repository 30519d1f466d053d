--TEST--
Large values are compressed if that makes them smaller
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
ok($size('large') < 1000, 'large and simple: compressed');
is($client->get('large'), $text, 'and read');
is(unpack('V', $cluster->holds(0, 'large'))[1], strlen($text), 'the length stands before it');
is(gzuncompress(substr($cluster->holds(0, 'large'), 4)), $text, 'zlib bytes behind it');
$client->set('small', substr($text, 0, 500));
is($size('small'), 500, 'small: as it is');
$noise = random_bytes(10000);
$client->set('noise', $noise);
is($size('noise'), 10000, 'noise: as it is');
is($client->get('noise'), $noise, 'and read');
$client->set('array', array_fill(0, 1000, 'text'));
ok($size('array') < 8000, 'an array');
is($client->get('array'), array_fill(0, 1000, 'text'), 'is read');
$client->set('number', 123456789);
is($client->get('number'), 123456789, 'a number');

$client->setOption(McHA::OPT_COMPRESSION, false);
$client->set('plain', $text);
is($size('plain'), strlen($text), 'switched off: as it is');
is($client->get('large'), $text, 'what is compressed is still read');

$cluster->raw(0, "set bomb 48 0 12\r\n\xff\xff\xff\xff\x78\x9c\x03\0\0\0\0\x01\r\n");
is(@$client->get('bomb'), false, 'a length that is a lie');
is(result($client), 'RES_PAYLOAD_FAILURE', 'is a payload failure');
$short = pack('V', 10) . gzcompress($text);
$cluster->raw(0, 'set short 48 0 ' . strlen($short) . "\r\n$short\r\n");
is(@$client->get('short'), false, 'a length that is too short too');

done();
?>
--EXPECT--
done
