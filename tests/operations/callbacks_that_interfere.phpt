--TEST--
A callback may use, change and give up the object that calls the callback
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* The first node of every key closes the connection in the middle of each answer about a "broken" key, so that the node fails. */
$cluster = new Cluster(3);
$fronts = array_map(fn(Node $node) => new BadServer([['match' => '/^m\w broken/', 'reply' => "VA 5 {opaque} f0\r\nwr", 'close' => true]], $node), $cluster->nodes);
$new = function (?string $id = null) use ($fronts): McHA {
	$client = new McHA($id);
	if (!$client->getServerList()) {
		$client->setOptions([McHA::OPT_COMPRESSION => false, McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
		foreach ($fronts as $front) {
			$client->addServer($front->host, $front->port);
		}
	}
	return $client;
};
$values = [];
for ($i = 0; $i < 10; $i++) {
	$values["key$i"] = "value $i";
}
ok($new()->setMulti($values), 'the values are stored');

class Meddler
{
	public static ?Closure $meddle = null;

	public function __wakeup(): void
	{
		self::$meddle && (self::$meddle)();
	}

	public function __serialize(): array
	{
		self::$meddle && (self::$meddle)();
		return [];
	}
}
ok($new()->set('meddler', new Meddler()), 'a value whose unserialize hook runs code is stored');

/* What a callback may do to $client in the middle of an operation. */
$meddlings = [
	'read' => fn($client) => is($client->get('key1'), 'value 1', 'a callback reads'),
	'read many' => fn($client) => is($client->getMulti(['key1', 'key2']), ['key1' => 'value 1', 'key2' => 'value 2'], 'a callback reads many'),
	'write' => fn($client) => ok($client->set('other', 'value'), 'a callback writes'),
	'fail' => fn($client) => $client->get('broken2'),
	'read through' => fn($client) => $client->get('none2', fn($client) => $client->get('none3', fn() => false)),
	'other object' => fn($client) => is($new('shared')->get('key2'), 'value 2', 'a callback reads by another object'),
	'reset' => fn($client) => $client->resetServerList(),
	'reset and add' => function ($client) use ($fronts) {
		$client->resetServerList();
		$client->addServer($fronts[1]->host, $fronts[1]->port);
	},
	'add' => fn($client) => $client->addServers(array_fill(0, 20, ['127.0.0.1', 1])),
	'quit' => fn($client) => $client->quit(),
	'protocol' => fn($client) => $client->setOption(McHA::OPT_PROTOCOL, 'text'),
	'distribution' => fn($client) => $client->setOption(McHA::OPT_DISTRIBUTION, McHA::DISTRIBUTION_MODULA),
	'prefix' => fn($client) => $client->setOption(McHA::OPT_PREFIX_KEY, 'prefix'),
	'callback' => fn($client) => $client->setOption(McHA::OPT_FAILURE_CALLBACK, null),
	'another callback' => fn($client) => $client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => 0),
	'give up' => function ($client) use (&$kept) {
		$kept = null;
		gc_collect_cycles();
	},
	'construct' => fn($client) => throws(fn() => $client->__construct(), Error::class, 'already', 'a callback constructs again'),
	'throw' => fn($client) => throw new DomainException('sorry'),
];
$operations = [
	'get' => fn($client) => $client->get('broken'), 'getMulti' => fn($client) => $client->getMulti(['key1', 'broken', 'key2', 'meddler']),
	'get of a meddler' => fn($client) => $client->get('meddler'), 'read-through' => fn($client) => $client->get('none', fn() => (Meddler::$meddle)() ?? false),
	'read-through of a value' => function ($client) {
		return $client->get('none', function ($client, $key, &$value) {
			$value = new Meddler();
			return true;
		});
	},
	'set' => fn($client) => $client->set('broken', 'value'), 'set of a meddler' => fn($client) => $client->set('meddled', new Meddler()),
	'setMulti' => fn($client) => $client->setMulti(['broken' => 1, 'meddled' => new Meddler(), 'key' => 2]),
	'add' => fn($client) => $client->add('broken', 'value'), 'cas' => fn($client) => $client->cas('1', 'broken', new Meddler()),
	'increment' => fn($client) => $client->increment('broken', 1, 5), 'touch' => fn($client) => $client->touch('broken', 10),
	'deleteMulti' => fn($client) => $client->deleteMulti(['broken', 'broken2']), 'inspect' => fn($client) => $client->inspect('broken'),
];
foreach ([null, 'shared'] as $id) {
	foreach ($meddlings as $meddling => $meddle) {
		foreach ($operations as $operation => $run) {
			$kept = $new($id === null ? null : "$id $meddling $operation");
			$weak = WeakReference::create($kept);
			$depth = 0;
			Meddler::$meddle = function () use ($weak, $meddle, &$depth) {
				return $depth++ ? null : $meddle($weak->get()) && false;
			};
			$kept->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => (Meddler::$meddle)());
			try {
				$run($weak->get());
			} catch (DomainException) {
			}
			Meddler::$meddle = null;
			$kept = null;
			$after = $new();
			is($after->getMulti(array_keys($values), McHA::GET_PRESERVE_ORDER), $values, "$operation, interrupted by $meddling: the values are unchanged");
		}
	}
}

/* A value whose serialize hook removes the value from its array while the array is stored. */
final class Fleeting
{
	public static mixed $place = null;

	public function __serialize(): array
	{
		self::$place = null;
		gc_collect_cycles();
		return ['data' => str_repeat('data', 100)];
	}

	public function __unserialize(array $data): void
	{
	}
}
$client = $new();
Fleeting::$place = new Fleeting();
$values = ['a' => 1, 'fleeting' => &Fleeting::$place, 'b' => 2];
ok($client->setMulti($values), 'setMulti() succeeds: ' . result($client));
ok($client->get('fleeting') instanceof Fleeting, 'the value comes back');
is($client->getMulti(['a', 'b']), ['a' => 1, 'b' => 2], 'its neighbours come back');

done();
?>
--EXPECT--
done
