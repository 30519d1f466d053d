--TEST--
A value that a serializer cannot encode is not stored, bytes that it cannot decode are a payload failure, and the client warns of both
--EXTENSIONS--
igbinary
msgpack
--SKIPIF--
<?php $needs = ['memcached', 'serializers']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/interchange.inc';

final class Secret implements JsonSerializable
{
	public function __serialize(): array
	{
		throw new DomainException('not me');
	}

	public function jsonSerialize(): mixed
	{
		throw new DomainException('not me');
	}
}
final class Broken
{
	public function __serialize(): array
	{
		return [1];
	}

	public function __unserialize(array $data): void
	{
		throw new DomainException('cannot wake');
	}
}
$cluster = new Cluster(1);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
$warnings = [];
set_error_handler(function (int $level, string $message) use (&$warnings) { $warnings[] = $message; return true; });

$itself = ['a' => 1];
$itself['itself'] = &$itself;
$self = new stdClass();
$self->self = $self;
$deep = array_reduce(range(1, 600), fn($inner) => [$inner], 'end');
$all = ['php', 'igbinary', 'json', 'json_array', 'msgpack'];
$json = ['json', 'json_array'];
$refused = [
	'bytes that are no UTF-8' => [["\xff"], $json], 'a key of such bytes' => [["\xff" => 1], $json], 'such bytes in an object' => [(object) ['a' => 1, 'b' => "\xff", 'c' => 2], $json],
	'infinity' => [[INF], $json], 'not a number' => [['a' => NAN], $json], 'an array within itself' => [$itself, $json], 'an object within itself' => [$self, $json],
	'too deep' => [$deep, $json], 'an enum without values' => [[Light::Red], $json], 'a resource' => [STDIN, $all], 'a resource in an array' => [[STDIN], $json],
	'a class that throws' => [new Secret(), $all], 'a class that throws, in an array' => [[1, [new Secret()]], $all], 'a closure' => [fn() => 1, ['php', 'igbinary', 'msgpack']],
];
foreach ($all as $serializer) {
	$client->setOption(McHA::OPT_SERIALIZER, $serializer);
	foreach ($refused as $name => [$value, $by]) {
		if (!in_array($serializer, $by, true)) {
			continue;
		}
		$client->set('key', 'as it was');
		foreach (['set' => fn() => $client->set('key', $value), 'setMulti' => fn() => $client->setMulti(['other' => 1, 'key' => $value]),
			'replace' => fn() => $client->replace('key', $value), 'add' => fn() => $client->add('new', $value)] as $method => $call) {
			$warnings = [];
			$thrown = null;
			try {
				is($call(), false, "$serializer, $name: $method() fails");
			} catch (Exception $thrown) {
			}
			is(result($client), 'RES_PAYLOAD_FAILURE', "$serializer, $name: the result code of $method()");
			ok($thrown || preg_grep('/could not serialize value/', $warnings), "$serializer, $name: $method() warns: " . show($warnings));
		}
		is($client->get('key'), 'as it was', "$serializer, $name: the old value stays");
		is($cluster->holds(0, 'new'), null, "$serializer, $name: add() stores nothing");
		is($cluster->holds(0, 'other'), null, "$serializer, $name: setMulti() stores no other item of the batch");
	}
}
unset($refused, $itself, $self, $value, $call);
gc_collect_cycles(); /* the values that refer to themselves */

/* Bytes that the serializer cannot decode. Each row: flags, byte strings. */
$unread = ['igbinary' => [5, ['', "\0\0\0\2", "\0\0\0\2\x14\2", "\0\0\0\7\0", "\0\0\0\2\0\0\0", "\0\0\0\2\x17\x03Not\x14\x01", "\0\0\0\2\x14\xff"]],
	'json' => [6, ['', '{"a":', '[1 2]', '1 2', 'nothing', "\"\xff\"", str_repeat('[', 600) . str_repeat(']', 600), '"half']],
	'msgpack' => [7, ['', "\xc1", "\x92\x01", "\xdb\xff\xff\xff\xff", "\x81\xa1", "\xdd\xff\xff\xff\xff"]]];
foreach ($unread as $serializer => [$flags, $garbage]) {
	foreach ($garbage as $bytes) {
		$cluster->raw(0, 'ms bad ' . strlen($bytes) . " F$flags\r\n$bytes\r\nms good 4 F0\r\ngood\r\n");
		$what = "$serializer: " . bin2hex(substr($bytes, 0, 20));
		$warnings = [];
		is($client->get('bad'), false, "$what: get() returns no value");
		is(result($client), 'RES_PAYLOAD_FAILURE', "$what: a payload failure");
		is(preg_grep("/could not unserialize value with $serializer\$/", $warnings) === [], false, "$what: the client warns: " . show($warnings));
		is($client->getMulti(['bad', 'good']), ['good' => 'good'], "$what: getMulti() returns the other value");
		is(result($client), 'RES_PAYLOAD_FAILURE', "$what: the result code of getMulti() is a payload failure");
	}
}
/* A stored null is read as null, and not as a failure. */
foreach ([[4, 'N;'], [5, "\0\0\0\2\0"], [6, 'null'], [7, "\xc0"]] as [$flags, $bytes]) {
	$cluster->raw(0, 'ms null ' . strlen($bytes) . " F$flags\r\n$bytes\r\n");
	is($client->get('null'), null, "type $flags: null");
	is(result($client), 'RES_SUCCESS', "type $flags: a stored null is a success");
}
/* A class that throws while it is unserialized. */
foreach (['php', 'igbinary', 'msgpack'] as $serializer) {
	$client->setOption(McHA::OPT_SERIALIZER, $serializer);
	$client->set('broken', [1, new Broken()]);
	throws(fn() => $client->get('broken'), DomainException::class, 'cannot wake', "$serializer: get() passes the exception of __unserialize() on");
	is(result($client), 'RES_PAYLOAD_FAILURE', "$serializer: a payload failure");
	throws(fn() => $client->getMulti(['broken']), DomainException::class, 'cannot wake', "$serializer: getMulti() passes the exception of __unserialize() on");
	is($client->get('good'), 'good', "$serializer: the client goes on");
}

done();
?>
--EXPECT--
done
