--TEST--
On a miss, get() calls the callback and stores the value that the callback provides
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
$calls = 0;
$callback = function (McHA $asked, string $key, mixed &$value, int &$expiration) use ($client, &$calls): bool {
	$calls++;
	ok($asked === $client, 'the callback is given the client');
	$value = "made for $key";
	$expiration = 100;
	return true;
};
is($client->get('key', $callback), 'made for key', 'a miss calls the callback');
is($client->get('key', $callback), 'made for key', 'the second get() finds the stored value');
is($calls, 1, 'the callback was called once');
between($cluster->ttl(0, 'key'), 90, 100, 'the value has the TTL that the callback set');

is($client->get('other', fn() => false), false, 'a callback that provides no value');
is(result($client), 'RES_NOTFOUND', 'the result is a miss');
is($cluster->copies('other'), [], 'no value is stored');

throws(fn() => $client->get('other', fn() => throw new DomainException('sorry')), DomainException::class, 'sorry', 'an exception of the callback passes through get()');
is($client->get('key'), 'made for key', 'the client works afterwards');
$nested = fn(McHA $client, string $key, mixed &$value) => (bool) ($value = $client->get('key') . ' again');
is($client->get('nested', $nested), 'made for key again', 'a callback may call methods of the client');

$extended = function (McHA $client, string $key, mixed &$value): bool {
	$value = ['value' => 'extended', 'flags' => 0];
	return true;
};
is($client->get('extended', $extended, McHA::GET_EXTENDED)['value'] ?? null, 'extended', 'extended');
is($client->get('extended'), 'extended', 'the value is stored without the fields of GET_EXTENDED');

done();
?>
--EXPECT--
done
