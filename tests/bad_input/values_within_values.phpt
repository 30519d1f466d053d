--TEST--
A class may read and write the cache while it is serialized or unserialized, without mixing up the two values
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
error_reporting=8191
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(1);
$client = $cluster->client();

/* With this old interface PHP's serializer goes on numbering objects through nested serialize() calls. */
final class Caching implements Serializable
{
	public static McHA $client;
	public mixed $found = null;

	public function __construct(public ?object $shared = null)
	{
	}

	public function serialize(): string
	{
		self::$client->set('inner', [$this->shared, $this->shared, 'value']);
		return 'x';
	}

	public function unserialize(string $bytes): void
	{
		$this->found = self::$client->get('inner');
	}

	public function __wakeup(): void
	{
	}
}
Caching::$client = $client;
$shared = new stdClass();
$shared->name = 'outer';

/* set() within serialize() */
$outer = serialize([$shared, new Caching($shared), $shared]);
is($cluster->holds(0, 'inner'), 'a:3:{i:0;O:8:"stdClass":1:{s:4:"name";s:5:"outer";}i:1;r:2;i:2;s:5:"value";}',
	'the inner value is stored complete, without references into the outer one');
is(serialize(unserialize($outer)[2]), serialize($shared), 'the outer value is serialized as without the inner one');

/* get() within unserialize(); the rest of the outer value refers back past the inner one. */
$cluster->raw(0, "ms inner 53 F4\r\na:3:{i:0;O:8:\"stdClass\":0:{}i:1;r:2;i:2;s:5:\"value\";}\r\n");
$bytes = 'a:5:{i:0;O:8:"stdClass":1:{s:4:"name";s:5:"outer";}i:1;C:7:"Caching":1:{x}i:2;r:2;i:3;r:4;i:4;r:4;}';
$cluster->raw(0, 'ms outer ' . strlen($bytes) . " F4\r\n$bytes\r\n");
foreach (['unserialize()' => unserialize($bytes), 'get()' => $client->get('outer')] as $name => $value) {
	is(count((array) $value), 5, "$name: the outer value is complete");
	ok($value[2] === $value[0] && $value[0]->name === 'outer', "$name: a reference of the outer value names the outer value's first object");
	ok($value[3] === $value[1] && $value[4] === $value[1], "$name: a reference of the outer value names the outer value's second object");
	is($value[1]->found[2], 'value', "$name: the inner value is read");
	ok($value[1]->found[0] === $value[1]->found[1] && !isset($value[1]->found[0]->name), "$name: the inner value has an object of its own");
}

/* The result code belongs to the outer operation. */
$client->delete('inner');
ok($client->get('outer')[1]->found === false, 'the inner get() is a miss');
is(result($client), 'RES_SUCCESS', 'the result code of the outer get()');
is(count($client->getMulti(['outer', 'nothing'])), 1, 'getMulti() finds the outer value');
is(result($client), 'RES_SUCCESS', 'the result code of the outer getMulti()');

/* The outer value cannot refer to objects of the inner one. */
$bytes = 'a:2:{i:0;C:7:"Caching":1:{x}i:1;R:4;}';
is(@unserialize($bytes), false, 'a reference of the outer value to an object of the inner one is invalid');

done();
?>
--EXPECT--
done
