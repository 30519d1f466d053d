--TEST--
Objects survive PHP's serializer, and its exceptions pass through
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

final class Secret
{
	public function __serialize(): array
	{
		throw new DomainException('not me');
	}
}
final class Waking
{
	public string $text = 'asleep';

	public function __wakeup(): void
	{
		$this->text = 'awake';
	}
}
final class Broken
{
	public function __unserialize(array $data): void
	{
		throw new DomainException('cannot wake');
	}
}
$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_SERIALIZER => McHA::SERIALIZER_PHP]);
$client->set('waking', new Waking());
is($client->get('waking')->text, 'awake', '__wakeup');
throws(fn() => $client->set('secret', new Secret()), DomainException::class, 'not me', 'an object that refuses to be serialized');
is($cluster->copies('secret'), [], 'nothing is stored');
throws(fn() => $client->set('closure', fn() => 1), Exception::class, 'erializ', 'a closure');
throws(fn() => $client->setMulti(['good' => 1, 'bad' => new Secret()]), DomainException::class, 'not me', 'such an object among other values');
$client->set('broken', new Broken());
throws(fn() => $client->get('broken'), DomainException::class, 'cannot wake', 'an object that refuses to be unserialized');
throws(fn() => $client->getMulti(['waking', 'broken']), DomainException::class, 'cannot wake', 'such an object among other values, read');
is($client->get('waking')->text, 'awake', 'the client works afterwards');

foreach ([0, 1] as $node) {
	$cluster->raw($node, "set garbage 4 0 7\r\na:1:{i:\r\n");
	$cluster->raw($node, "set type 15 0 7\r\nunknown\r\n");
	$cluster->raw($node, "set zip 48 0 9\r\n\x05\0\0\0abcde\r\n");
}
foreach (['garbage', 'type', 'zip'] as $key) {
	is(@$client->get($key), false, "$key: bytes that cannot be decoded");
	is(result($client), 'RES_PAYLOAD_FAILURE', "$key: the result is a payload failure");
}
is(@array_keys($client->getMulti(['garbage', 'waking'])), ['waking'], 'getMulti() leaves such items out');
$client->set('shared', [$a = new Waking(), $a]);
$found = $client->get('shared');
ok($found[0] === $found[1], 'two references to one object stay one object');

done();
?>
--EXPECT--
done
