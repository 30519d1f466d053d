--TEST--
getDelayed() reads at once, with failover, and fetch() returns one result at a time
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
memory_limit=64M
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_COMPRESSION => false, McHA::OPT_USER_FLAGS => 3]);
$keys = array_map(fn($i) => "key$i", range(1, 30));
$client->setMulti(array_fill_keys($keys, 'value'));
$expected = array_map(fn($key) => ['key' => $key, 'value' => 'value'], $keys);

ok($client->getDelayed($keys), 'getDelayed() with keys of many nodes');
is($client->fetchAll(), $expected, 'fetchAll() returns the keys in the order of the request');
ok($client->getDelayed(['key1'], true), 'with tokens');
$fetched = $client->fetch();
is(array_keys($fetched), ['key', 'value', 'cas', 'flags'], 'a result has all fields');
is($fetched['flags'], 3, 'the flags');
ok($client->cas($fetched['cas'], 'key1', 'value'), 'the token of a result is valid');

$client->getDelayed(['key1']);
$cluster->client()->set('key1', 'changed since');
is($client->fetch(), $expected[0], 'a result has the value of the time of getDelayed()');
$client->set('key1', 'value');
foreach ($keys as $key) {
	$cluster->delete(0, $key);
}
ok($client->getDelayed($keys), 'getDelayed() with an empty node');
ok($client->getLastReplication()['repaired'] > 0, 'read repair refills the empty node');
is($client->fetchAll(), $expected, 'no result is missing');
$cluster->kill(0);
ok($client->getDelayed($keys), 'getDelayed() with a dead node');
is($client->fetchAll(), $expected, 'no result is missing with a dead node');

/* memory: a result keeps its bytes until it is fetched */
$large = array_map(fn($i) => "large$i", range(1, 20));
$client->setMulti(array_fill_keys($large, str_repeat('x', 1000000)));
$counted = getenv('USE_ZEND_ALLOC') !== '0'; /* otherwise the allocator does not count */
$before = memory_get_usage();
$client->getDelayed($large);
ok(!$counted || memory_get_usage() - $before > 18e6, 'all results are in memory');
for ($i = 0; $i < 10; $i++) {
	$client->fetch();
}
ok(memory_get_usage() - $before < 14e6, 'half of the results have been freed');
$client->get('key1');
between(memory_get_usage() - $before, -1e6, 1e6, 'the next getDelayed() frees the remaining results');
is($client->fetch(), false, 'freed results cannot be fetched');
is(result($client), 'RES_NOTFOUND', 'there are no more results');
$client->getDelayed($large);
unset($client);
between(memory_get_usage() - $before, -1e6, 1e6, 'the end of the object frees the results');

/* a value is unserialized when it is fetched, by its own code */
final class Value
{
	public static array $woken = [];
	public static ?Closure $then = null;
	public function __construct(public string $name) {}
	public function __wakeup(): void { self::$woken[] = $this->name; (self::$then ?? fn() => 0)($this); }
}
$client = $cluster->client();
$client->setMulti(['a' => new Value('a'), 'b' => new Value('b'), 'c' => new Value('c')]);
$client->getDelayed(['a', 'b', 'c']);
is(Value::$woken, [], 'getDelayed() unserializes no value');
is($client->fetch()['value']->name, 'a', 'fetch() unserializes the value');
is(Value::$woken, ['a'], 'fetch() unserializes one value at a time');
Value::$then = fn() => $client->get('key1');
is($client->fetch()['value']->name, 'b', 'a value whose unserialize hook asks a server');
is(result($client), 'RES_SUCCESS', 'the result is a success');
is($client->fetch(), false, 'the hook\'s own operation discarded the remaining results');
$client->getDelayed(['a', 'b', 'c']);
is(array_map(fn($result) => $result['value']->name, $client->fetchAll()), ['a', 'b', 'c'], 'fetchAll() unserializes all values before their hooks can discard results');
Value::$then = fn() => throw new DomainException('not awake');
$client->getDelayed(['a', 'key1']);
throws(fn() => $client->fetch(), DomainException::class, 'not awake', 'an exception of a value passes through fetch()');
is($client->fetch(), ['key' => 'key1', 'value' => 'value'], 'the next fetch() returns the next result');
$client->getDelayed(['a', 'key1']);
throws(fn() => $client->fetchAll(), DomainException::class, 'not awake', 'an exception of a value passes through fetchAll()');
Value::$then = null;

/* callbacks */
$told = [];
$callback = function (McHA $asked, array $result) use ($client, &$told) {
	$told[] = $result['key'];
	is($asked, $client, 'the callback is given the client');
	$asked->set('told', count($told));
};
ok($client->getDelayed(['key1', 'missing', 'key2'], false, $callback), 'a callback may use the client');
is($told, ['key1', 'key2'], 'the callback is called for every result');
is(result($client), 'RES_SUCCESS', 'the result code is that of the read');
$calls = 0;
$throwing = function () use (&$calls) { $calls++; throw new DomainException('enough'); };
throws(fn() => $client->getDelayed(['key1', 'key2'], false, $throwing), DomainException::class, 'enough', 'an exception of the callback passes through getDelayed()');
is($calls, 1, 'an exception ends the calls of the callback');
is($client->fetch(), false, 'no result is left');
$nested = [];
$client->getDelayed(['key1', 'key2'], false, function (McHA $client, array $result) use (&$nested) {
	$client->getDelayed(['key3'], false, function (McHA $client, array $inner) use (&$nested, $result) { $nested[] = "$result[key] $inner[key]"; });
});
is($nested, ['key1 key3', 'key2 key3'], 'a getDelayed() inside the callback of another one');

/* results belong to the object that asked for them */
$one = $cluster->client([], 'kept');
$two = $cluster->client([], 'kept');
$one->getDelayed(['key1']);
is($two->fetch(), false, 'the second object of the pool has no results');
is($one->fetch()['key'] ?? null, 'key1', 'the first object has its own results');

foreach ([0, 1, 2] as $i) {
	$cluster->kill($i);
}
is($client->getDelayed(['key1']), false, 'getDelayed() with all nodes down');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), 'without nodes getDelayed() fails: ' . result($client));
is($client->fetch(), false, 'there is no result to fetch');

done();
?>
--EXPECT--
done
