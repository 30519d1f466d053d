--TEST--
The exception for an invalid pool string names the part that is wrong
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$bad = [
	'10.0.0.1:x' => 'x', '10.0.0.1:70000' => '70000', '10.0.0.1:-1' => '-1', 'a,10.0.0.1:99999,b' => '99999',
	'10.0.0.1:11211:y' => 'y', '10.0.0.1:11211:-2' => '-2', '10.0.0.1:1:2:3' => '10.0.0.1:1:2:3',
	'[::1' => '[::1', '[::1]x' => '[::1]x', '[nonsense]:11211' => 'nonsense', 'http://10.0.0.1' => 'http', 'udp://10.0.0.1' => 'udp',
	'10.0.0.1?colour=red' => 'colour', '10.0.0.1?weight=heavy' => 'heavy', '10.0.0.1?weight=-1' => '-1', '10.0.0.1?zone' => 'zone',
	'10.0.0.1?weight=' => 'weight', ':11211' => ':11211', "10.0.0.1\n:11211" => '10.0.0.1',
	'unix://relative.sock' => 'relative.sock', 'unix:///tmp/' . str_repeat('x', 200) => 'xxx', str_repeat('h', 300) => 'hhh',
	'10.0.0.1?zone=' . str_repeat('z', 64) => 'zone', '10.0.0.1 10.0.0.2' => '10.0.0.1 10.0.0.2', 'tcp://' => 'tcp://',
];
foreach ($bad as $string => $part) {
	throws(fn() => new McHA(null, null, $string), McHAException::class, $part, show($string));
}
foreach (['', ' ', ',', ' , ,'] as $string) {
	is((new McHA(null, null, $string))->getServerList(), [], show($string) . ' is a pool without nodes');
}
is(count((new McHA(null, null, '10.0.0.1, 10.0.0.2 ,,10.0.0.3,'))->getServerList()), 3, 'the parser skips spaces and empty parts');
throws(fn() => new McHA(null, null, '--SERVER='), McHAException::class, 'SERVER', "libmemcached's form");
throws(fn() => new McHA(null, null, '--NONSENSE=1'), McHAException::class, 'NONSENSE', "libmemcached's form");

done();
?>
--EXPECT--
done
