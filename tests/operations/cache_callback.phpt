--TEST--
A miss asks the callback, and what it gives is stored
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
	ok($asked === $client, 'it is given the client');
	$value = "made for $key";
	$expiration = 100;
	return true;
};
is($client->get('key', $callback), 'made for key', 'a miss makes the value');
is($client->get('key', $callback), 'made for key', 'then it is there');
is($calls, 1, 'so it was made once');
between($cluster->ttl(0, 'key'), 90, 100, 'with the life that the callback gave it');

is($client->get('other', fn() => false), false, 'a callback that has nothing');
is(result($client), 'RES_NOTFOUND', 'leaves it a miss');
is($cluster->copies('other'), [], 'and nothing is stored');

throws(fn() => $client->get('other', fn() => throw new DomainException('sorry')), DomainException::class, 'sorry', 'what it throws passes');
is($client->get('key'), 'made for key', 'and the client goes on');
$nested = fn(McHA $client, string $key, mixed &$value) => (bool) ($value = $client->get('key') . ' again');
is($client->get('nested', $nested), 'made for key again', 'a callback may use the client');

$extended = function (McHA $client, string $key, mixed &$value): bool {
	$value = ['value' => 'extended', 'flags' => 0];
	return true;
};
is($client->get('extended', $extended, McHA::GET_EXTENDED)['value'] ?? null, 'extended', 'extended');
is($client->get('extended'), 'extended', 'stores the value alone');

done();
?>
--EXPECT--
done
