--TEST--
Values of all types are read as they were stored
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

final class Point
{
	public function __construct(public int $x, private array $rest = [], protected ?Point $next = null)
	{
	}
}

$cluster = new Cluster(2);
$client = $cluster->client();
$values = [
	'null' => null, 'true' => true, 'false' => false,
	'zero' => 0, 'negative' => -1, 'largest' => PHP_INT_MAX, 'smallest' => PHP_INT_MIN,
	'tenth' => 0.1, 'whole float' => 1.0, 'huge' => -1.7976931348623157e308, 'tiny' => 5e-324, 'infinite' => INF, 'negative zero' => -0.0,
	'empty string' => '', 'digit' => '0', 'number in words' => '12', 'all bytes' => implode(array_map('chr', range(0, 255))),
	'protocol words' => "END\r\nVA 3\r\nHD\r\n", 'long' => random_bytes(500000), 'long and simple' => str_repeat('abc', 100000),
	'empty array' => [], 'list' => [1, 'two', 3.5, null, false], 'nested' => ['a' => ['b' => ['c' => [1, 2, 3]]], 7 => 'seven'],
];
foreach ($values as $name => $value) {
	$key = strtr($name, ' ', '_');
	ok($client->set($key, $value), "$name is stored");
	is($client->get($key), $value, "$name comes back");
	is(result($client), 'RES_SUCCESS', "$name: the result is a success, also for a falsy value");
	is(count($cluster->copies($key)), 2, "$name has two copies");
}
$client->set('nan', NAN);
ok(is_nan($client->get('nan')), 'NAN comes back as NAN');

$objects = [
	'object' => new Point(1, ['a' => 1], new Point(2)), 'plain object' => (object) ['a' => 1],
	'date' => new DateTimeImmutable('2020-02-29 12:00:00 UTC'), 'enumeration' => new ArrayObject([1, 2]),
];
foreach ($objects as $name => $object) {
	$key = strtr($name, ' ', '_');
	ok($client->set($key, $object), "$name is stored");
	$found = $client->get($key);
	ok($found == $object && $found !== $object, "$name comes back as an equal copy");
}

$all = [];
foreach ($values as $name => $value) {
	$all[strtr($name, ' ', '_')] = $value;
}
ok($client->setMulti($all), 'setMulti() stores all values');
is($client->getMulti(array_keys($all), McHA::GET_PRESERVE_ORDER), $all, 'getMulti() returns all values');

done();
?>
--EXPECT--
done
