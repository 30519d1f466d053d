--TEST--
remember() stores an ordinary value, and refuses bad arguments
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach (['meta', 'text', 'binary'] as $protocol) {
	$cluster = new Cluster(3);
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_PREFIX_KEY => 'app.']);
	$values = ['null' => null, 'false' => false, 'zero' => 0, 'nothing' => '', 'text' => 'text', 'array' => ['a' => [1.5, null]], 'object' => (object) ['a' => 1]];
	foreach ($values as $key => $value) {
		$asked = [];
		$make = function (...$arguments) use (&$asked, $value) {
			$asked[] = $arguments;
			return $value;
		};
		foreach (['computed', 'remembered'] as $how) {
			is(serialize($client->remember($key, $make, 100)), serialize($value), "$protocol: $key is $how");
			is(result($client), 'RES_SUCCESS', "$protocol: $key: the result is a success");
		}
		is($asked, [[$client, $key]], "$protocol: $key: the callback is called once, with the client and the key");
		is(serialize($client->get($key)), serialize($value), "$protocol: get() reads $key as an ordinary value");
		is(count($cluster->copies("app.$key")), 2, "$protocol: $key is on its two home nodes");
	}
	$client->set('text', 'set');
	is($client->remember('text', fn() => 'computed', 100), 'set', "$protocol: remember() returns a value that set() stored");
	$client->delete('text');
	is($client->remember('text', fn() => 'computed', 100), 'computed', "$protocol: remember() computes a deleted value again");
	$client->remember('ages', fn() => 1, 100, ['stale_ttl' => 400]);
	$client->remember('ever', fn() => 1, 0, ['stale_ttl' => 400]);
	$client->remember('year', fn() => 1, 365 * 86400);
	foreach (array_keys($cluster->copies('app.ages')) as $node) {
		between($cluster->ttl($node, 'app.ages'), $protocol === 'meta' ? 490 : 90, $protocol === 'meta' ? 500 : 100,
			"$protocol: only over meta, which reports an item's TTL, a value is stored for longer than it is fresh");
	}
	foreach (array_keys($cluster->copies('app.ever')) as $node) {
		is($cluster->ttl($node, 'app.ever'), -1, "$protocol: a value without expiration has no TTL");
	}
	foreach (array_keys($cluster->copies('app.year')) as $node) {
		between($cluster->ttl($node, "app.year"), 364 * 86400, 365 * 86400 + 2, "$protocol: a TTL of a year");
	}

	/* the callback may use the client */
	$inner = fn($client) => $client->remember('inner', fn($client) => $client->set('innermost', 2) ? 2 : 0, 100) + $client->get('innermost');
	is($client->remember('outer', $inner, 100), 4, "$protocol: the callback calls remember()");
	is($client->get('inner'), 2, "$protocol: the inner value is stored");
	$reset = function ($client) use ($cluster) {
		$client->resetServerList();
		$cluster->addTo($client);
		return 'reset';
	};
	is($client->remember('reset', $reset, 100), 'reset', "$protocol: the callback changes the pool");
	is([$client->get('reset'), result($client)], ['reset', 'RES_SUCCESS'], "$protocol: the value is stored in the client's new pool");

	/* a callback that throws leaves no lease behind */
	$thrower = fn() => throw new DomainException('thrown');
	throws(fn() => $client->remember('thrown', $thrower, 100), DomainException::class, 'thrown', "$protocol: an exception of the callback passes through remember()");
	is($cluster->copies('app.mcha.lease.thrown'), [], "$protocol: the lease is released");
	is($client->remember('thrown', fn() => 'next', 100, ['wait' => PATIENCE]), 'next', "$protocol: the next call computes at once");
	throws(fn() => $client->remember('closure', fn() => fn() => 1, 100), Exception::class, 'erializ', "$protocol: a value that cannot be serialized");
	is($cluster->copies('app.mcha.lease.closure'), [], "$protocol: the lease is released, too");
	$client->setOption(McHA::OPT_ITEM_SIZE_LIMIT, 1000);
	$client->setOption(McHA::OPT_COMPRESSION, false);
	$large = str_repeat('large', 1000);
	is([$client->remember('large', fn() => $large, 100), result($client)], [$large, 'RES_E2BIG'], "$protocol: a value that is too large to store is returned");
	is($client->get('large'), false, "$protocol: a value that is too large is not stored");
}

/* A callback with a reference, a method, and a function name. */
$client = $cluster->client();
is($client->remember('reference', function &() {
	static $value = ['a'];
	return $value;
}, 100), ['a'], 'a reference is a value');
final class Maker
{
	public function make(McHA $client, string $key): string
	{
		return "made $key";
	}
}
is($client->remember('method', [new Maker(), 'make'], 100), 'made method', 'a method');

/* A stored item that cannot be unserialized counts as missing. */
$client->set('broken', ['an array']);
$node = array_keys($cluster->copies('broken'))[0];
foreach (array_keys($cluster->copies('broken')) as $node) {
	$cluster->raw($node, "ms broken 3 F4\r\nxxx\r\n");
}
is(@$client->remember('broken', fn() => 'mended', 100), 'mended', 'a damaged item is computed again');
is($client->get('broken'), 'mended', 'the computed value is stored');

/* No node is up. */
$cluster->kill(0);
$cluster->kill(1);
$cluster->kill(2);
is($client->remember('key', fn() => 'computed', 100), 'computed', 'with all nodes down the value is computed');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), 'the result code is a failure: ' . result($client));
is((new McHA())->remember('key', fn() => 'computed', 100), 'computed', 'in a pool without servers the value is computed');

/* Bad arguments. */
set_error_handler(function ($level, $message) use (&$warning) {
	$warning = $message;
	return true;
});
$never = fn() => print("NOT SO: nothing is computed\n");
$wrong = [['no' => 1], ['early' => 100], ['early' => -1], ['stale_ttl' => -1], ['stale_ttl' => '5'], ['wait' => null], ['wait' => NAN], ['lease_ttl' => 0], [5],
	['stale_ttl' => 1e12]];
foreach ($wrong as $options) {
	$warning = null;
	is([$client->remember('key', $never, 100, $options), result($client)], [false, 'RES_INVALID_ARGUMENTS'], 'refused: ' . show($options));
	ok($warning, 'remember() gives a warning: ' . show($options));
}
is([$client->remember('key', $never, -1), result($client)], [false, 'RES_INVALID_ARGUMENTS'], 'a negative TTL');
foreach (['', 'a b', str_repeat('x', 251)] as $key) {
	is([$client->remember($key, $never, 100), result($client)], [false, 'RES_BAD_KEY_PROVIDED'], 'a key of ' . strlen($key) . ' bytes');
}
throws(fn() => $client->remember('key', 'no function', 100), TypeError::class, 'callback', 'no callable');
$cluster = new Cluster(1);
$client = $cluster->client();
is($client->remember(str_repeat('x', 250), fn() => 'computed', 100), 'computed', 'a key that is too long for a lease is still computed');
is($client->get(str_repeat('x', 250)), 'computed', 'that value is stored');

done();
?>
--EXPECT--
done
