--TEST--
A class may use the cache while it is serialized or unserialized: neither value takes part in the other
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
error_reporting=8191
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(1);
$client = $cluster->client();

/* The old interface, in which PHP's serializer counts on through what the methods serialize. */
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

/* as written by set() within serialize() */
$outer = serialize([$shared, new Caching($shared), $shared]);
is($cluster->holds(0, 'inner'), 'a:3:{i:0;O:8:"stdClass":1:{s:4:"name";s:5:"outer";}i:1;r:2;i:2;s:5:"value";}',
	'what is stored is whole by itself');
is(serialize(unserialize($outer)[2]), serialize($shared), 'and what was being serialized is too');

/* as read by get() within unserialize(); what follows refers back past it */
$cluster->raw(0, "ms inner 53 F4\r\na:3:{i:0;O:8:\"stdClass\":0:{}i:1;r:2;i:2;s:5:\"value\";}\r\n");
$bytes = 'a:5:{i:0;O:8:"stdClass":1:{s:4:"name";s:5:"outer";}i:1;C:7:"Caching":1:{x}i:2;r:2;i:3;r:4;i:4;r:4;}';
$cluster->raw(0, 'ms outer ' . strlen($bytes) . " F4\r\n$bytes\r\n");
foreach (['unserialize()' => unserialize($bytes), 'get()' => $client->get('outer')] as $name => $value) {
	is(count((array) $value), 5, "all of the outer one, by $name");
	ok($value[2] === $value[0] && $value[0]->name === 'outer', "$name: its own object");
	ok($value[3] === $value[1] && $value[4] === $value[1], "$name: its own other object");
	is($value[1]->found[2], 'value', "$name: the inner one");
	ok($value[1]->found[0] === $value[1]->found[1] && !isset($value[1]->found[0]->name), "$name: with an object of its own");
}

/* the result is the outer one's */
$client->delete('inner');
ok($client->get('outer')[1]->found === false, 'the inner one may be missing');
is(result($client), 'RES_SUCCESS', 'get() has found the outer one');
is(count($client->getMulti(['outer', 'nothing'])), 1, 'so has getMulti()');
is(result($client), 'RES_SUCCESS', 'and says so');

/* references into the inner one do not exist */
$bytes = 'a:2:{i:0;C:7:"Caching":1:{x}i:1;R:4;}';
is(@unserialize($bytes), false, 'the outer one cannot name what the inner one holds');

done();
?>
--EXPECT--
done
