--TEST--
Objects survive PHP's serializer, and what it throws passes
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
throws(fn() => $client->set('secret', new Secret()), DomainException::class, 'not me', 'an object that is not to be serialized');
is($cluster->copies('secret'), [], 'nothing is stored');
throws(fn() => $client->set('closure', fn() => 1), Exception::class, 'erializ', 'a closure');
throws(fn() => $client->setMulti(['good' => 1, 'bad' => new Secret()]), DomainException::class, 'not me', 'one of many');
$client->set('broken', new Broken());
throws(fn() => $client->get('broken'), DomainException::class, 'cannot wake', 'an object that cannot be made again');
throws(fn() => $client->getMulti(['waking', 'broken']), DomainException::class, 'cannot wake', 'among many');
is($client->get('waking')->text, 'awake', 'and the client goes on');

foreach ([0, 1] as $node) {
	$cluster->raw($node, "set garbage 4 0 7\r\na:1:{i:\r\n");
	$cluster->raw($node, "set type 15 0 7\r\nunknown\r\n");
	$cluster->raw($node, "set zip 48 0 9\r\n\x05\0\0\0abcde\r\n");
}
foreach (['garbage', 'type', 'zip'] as $key) {
	is(@$client->get($key), false, "$key: bytes that make no value");
	is(result($client), 'RES_PAYLOAD_FAILURE', "$key: are a payload failure");
}
is(@array_keys($client->getMulti(['garbage', 'waking'])), ['waking'], 'and left out of many');
$client->set('shared', [$a = new Waking(), $a]);
$found = $client->get('shared');
ok($found[0] === $found[1], 'what is the same object stays so');

done();
?>
--EXPECT--
done
