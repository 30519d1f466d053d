--TEST--
The class can be extended, and is neither copied nor serialized
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
is($client->get('key'), 'value', 'a method of its own');
is($client->reads, 1, 'a property of its own');
ok($client instanceof McHA, 'it is one');
throws(fn() => serialize($client), Exception::class, 'erializ', 'it is not serialized');
throws(fn() => clone $client, Error::class, 'clone', 'it is not copied');

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
		ok(str_contains($thrown->getMessage(), 'constructor'), 'without its constructor it says so');
	}
}
ok((new ReflectionClass('McHAException'))->isSubclassOf('RuntimeException'), 'its exception');

done();
?>
--EXPECT--
done
