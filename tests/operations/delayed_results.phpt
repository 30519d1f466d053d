--TEST--
getDelayed reads at once, with fallback, and hands out one at a time
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

ok($client->getDelayed($keys), 'many keys on many nodes');
is($client->fetchAll(), $expected, 'come in the order asked for');
ok($client->getDelayed(['key1'], true), 'with tokens');
$fetched = $client->fetch();
is(array_keys($fetched), ['key', 'value', 'cas', 'flags'], 'all there is to know');
is($fetched['flags'], 3, 'the flags');
ok($client->cas($fetched['cas'], 'key1', 'value'), 'and the token');

$client->getDelayed(['key1']);
$cluster->client()->set('key1', 'changed since');
is($client->fetch(), $expected[0], 'they are what they were when they were asked for');
$client->set('key1', 'value');
foreach ($keys as $key) {
	$cluster->delete(0, $key);
}
ok($client->getDelayed($keys), 'with an empty node');
ok($client->getLastReplication()['repaired'] > 0, 'which is refilled on the way');
is($client->fetchAll(), $expected, 'nothing is missing');
$cluster->kill(0);
ok($client->getDelayed($keys), 'with a dead node');
is($client->fetchAll(), $expected, 'nothing is missing either');

/* memory: bytes are kept as they came, and given back one by one */
$large = array_map(fn($i) => "large$i", range(1, 20));
$client->setMulti(array_fill_keys($large, str_repeat('x', 1000000)));
$counted = getenv('USE_ZEND_ALLOC') !== '0'; /* else nobody counts */
$before = memory_get_usage();
$client->getDelayed($large);
ok(!$counted || memory_get_usage() - $before > 18e6, 'all of them are here');
for ($i = 0; $i < 10; $i++) {
	$client->fetch();
}
ok(memory_get_usage() - $before < 14e6, 'half of them are gone');
$client->get('key1');
between(memory_get_usage() - $before, -1e6, 1e6, 'the next question forgets the rest');
is($client->fetch(), false, 'which cannot be fetched any more');
is(result($client), 'RES_NOTFOUND', 'as there is no more');
$client->getDelayed($large);
unset($client);
between(memory_get_usage() - $before, -1e6, 1e6, 'and so does the end of the object');

/* values become values when they are fetched, by their own code */
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
is(Value::$woken, [], 'nobody is woken by reading');
is($client->fetch()['value']->name, 'a', 'but by fetching');
is(Value::$woken, ['a'], 'one at a time');
Value::$then = fn() => $client->get('key1');
is($client->fetch()['value']->name, 'b', 'a value that asks a server itself');
is(result($client), 'RES_SUCCESS', 'is no matter');
is($client->fetch(), false, 'only the next ones are forgotten');
$client->getDelayed(['a', 'b', 'c']);
is(array_map(fn($result) => $result['value']->name, $client->fetchAll()), ['a', 'b', 'c'], 'if they have not been fetched together');
Value::$then = fn() => throw new DomainException('not awake');
$client->getDelayed(['a', 'key1']);
throws(fn() => $client->fetch(), DomainException::class, 'not awake', 'what a value throws passes');
is($client->fetch(), ['key' => 'key1', 'value' => 'value'], 'and the next one is there');
$client->getDelayed(['a', 'key1']);
throws(fn() => $client->fetchAll(), DomainException::class, 'not awake', 'also among others');
Value::$then = null;

/* callbacks */
$told = [];
$callback = function (McHA $asked, array $result) use ($client, &$told) {
	$told[] = $result['key'];
	is($asked, $client, 'it is given the client');
	$asked->set('told', count($told));
};
ok($client->getDelayed(['key1', 'missing', 'key2'], false, $callback), 'a callback may use the client');
is($told, ['key1', 'key2'], 'and is told of all');
is(result($client), 'RES_SUCCESS', 'whose result is that of reading');
$calls = 0;
$throwing = function () use (&$calls) { $calls++; throw new DomainException('enough'); };
throws(fn() => $client->getDelayed(['key1', 'key2'], false, $throwing), DomainException::class, 'enough', 'what it throws passes');
is($calls, 1, 'and ends it');
is($client->fetch(), false, 'with nothing left');
$nested = [];
$client->getDelayed(['key1', 'key2'], false, function (McHA $client, array $result) use (&$nested) {
	$client->getDelayed(['key3'], false, function (McHA $client, array $inner) use (&$nested, $result) { $nested[] = "$result[key] $inner[key]"; });
});
is($nested, ['key1 key3', 'key2 key3'], 'one within the other');

/* what is not fetched is nobody else's */
$one = $cluster->client([], 'kept');
$two = $cluster->client([], 'kept');
$one->getDelayed(['key1']);
is($two->fetch(), false, 'two objects of one pool');
is($one->fetch()['key'] ?? null, 'key1', 'have results of their own');

foreach ([0, 1, 2] as $i) {
	$cluster->kill($i);
}
is($client->getDelayed(['key1']), false, 'nobody there');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), 'is a failure: ' . result($client));
is($client->fetch(), false, 'and nothing to fetch');

done();
?>
--EXPECT--
done
