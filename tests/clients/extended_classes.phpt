--TEST--
Class McHA can be extended, and its objects can be neither cloned nor serialized
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

class Counting extends McHA
{
	public int $reads = 0;

	public function __construct(private Cluster $cluster)
	{
		parent::__construct();
		$this->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
		$cluster->addTo($this);
	}

	public function get(string $key, ?callable $cache_cb = null, int $get_flags = 0): mixed
	{
		$this->reads++;
		return parent::get("my:$key", $cache_cb, $get_flags);
	}
}
$cluster = new Cluster(2);
$client = new Counting($cluster);
$client->set('my:key', 'value');
is($client->get('key'), 'value', 'the overriding get() is called');
is($client->reads, 1, 'the subclass has its own property');
ok($client instanceof McHA, 'an object of the subclass is a McHA');
throws(fn() => serialize($client), Exception::class, 'erializ', 'serialize() throws');
throws(fn() => clone $client, Error::class, 'clone', 'clone throws');

class Forgetful extends McHA
{
	public function __construct()
	{
	}
}
$client = new Forgetful();
foreach ([fn() => $client->get('key'), fn() => $client->getServerList(), fn() => $client->addServer('127.0.0.1', 1)] as $call) {
	try {
		$call();
	} catch (Throwable $thrown) {
		ok(str_contains($thrown->getMessage(), 'constructor'), 'a method call without the parent constructor names the constructor in its exception');
	}
}
ok((new ReflectionClass('McHAException'))->isSubclassOf('RuntimeException'), 'McHAException extends RuntimeException');

done();
?>
--EXPECT--
done
