--TEST--
What is remembered is a value as any other, and what cannot be is refused
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
			is(result($client), 'RES_SUCCESS', "$protocol: $key: and said to be");
		}
		is($asked, [[$client, $key]], "$protocol: $key: once, with the client and the key");
		is(serialize($client->get($key)), serialize($value), "$protocol: $key is an ordinary value");
		is(count($cluster->copies("app.$key")), 2, "$protocol: $key is on its nodes");
	}
	$client->set('text', 'set');
	is($client->remember('text', fn() => 'computed', 100), 'set', "$protocol: it can be set");
	$client->delete('text');
	is($client->remember('text', fn() => 'computed', 100), 'computed', "$protocol: and deleted");
	$client->remember('ages', fn() => 1, 100, ['stale_ttl' => 400]);
	$client->remember('ever', fn() => 1, 0, ['stale_ttl' => 400]);
	$client->remember('year', fn() => 1, 365 * 86400);
	foreach (array_keys($cluster->copies('app.ages')) as $node) {
		between($cluster->ttl($node, 'app.ages'), $protocol === 'meta' ? 490 : 90, $protocol === 'meta' ? 500 : 100,
			"$protocol: it is kept longer only where its age can be told");
	}
	foreach (array_keys($cluster->copies('app.ever')) as $node) {
		is($cluster->ttl($node, 'app.ever'), -1, "$protocol: it never ends");
	}
	foreach (array_keys($cluster->copies('app.year')) as $node) {
		between($cluster->ttl($node, "app.year"), 364 * 86400, 365 * 86400 + 2, "$protocol: it lives a year");
	}

	/* whoever computes may use the client */
	$inner = fn($client) => $client->remember('inner', fn($client) => $client->set('innermost', 2) ? 2 : 0, 100) + $client->get('innermost');
	is($client->remember('outer', $inner, 100), 4, "$protocol: the client can be used meanwhile");
	is($client->get('inner'), 2, "$protocol: for what it does otherwise");
	$reset = function ($client) use ($cluster) {
		$client->resetServerList();
		$cluster->addTo($client);
		return 'reset';
	};
	is($client->remember('reset', $reset, 100), 'reset', "$protocol: and changed");
	is([$client->get('reset'), result($client)], ['reset', 'RES_SUCCESS'], "$protocol: it is stored by what it has become");

	/* whoever throws leaves nothing behind */
	$thrower = fn() => throw new DomainException('thrown');
	throws(fn() => $client->remember('thrown', $thrower, 100), DomainException::class, 'thrown', "$protocol: an exception passes");
	is($cluster->copies('app.mcha.lease.thrown'), [], "$protocol: the lease is free");
	is($client->remember('thrown', fn() => 'next', 100, ['wait' => PATIENCE]), 'next', "$protocol: for the next one");
	throws(fn() => $client->remember('closure', fn() => fn() => 1, 100), Exception::class, 'erializ', "$protocol: what cannot be stored");
	is($cluster->copies('app.mcha.lease.closure'), [], "$protocol: leaves none either");
	$client->setOption(McHA::OPT_ITEM_SIZE_LIMIT, 1000);
	$client->setOption(McHA::OPT_COMPRESSION, false);
	$large = str_repeat('large', 1000);
	is([$client->remember('large', fn() => $large, 100), result($client)], [$large, 'RES_E2BIG'], "$protocol: what is too large is the answer all the same");
	is($client->get('large'), false, "$protocol: and not stored");
}

/* By reference, as a method, by name. */
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

/* Bytes that are no value count as none. */
$client->set('broken', ['an array']);
$node = array_keys($cluster->copies('broken'))[0];
foreach (array_keys($cluster->copies('broken')) as $node) {
	$cluster->raw($node, "ms broken 3 F4\r\nxxx\r\n");
}
is(@$client->remember('broken', fn() => 'mended', 100), 'mended', 'what cannot be read is computed');
is($client->get('broken'), 'mended', 'and stored');

/* Nobody there. */
$cluster->kill(0);
$cluster->kill(1);
$cluster->kill(2);
is($client->remember('key', fn() => 'computed', 100), 'computed', 'without servers it is computed');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), 'and not stored: ' . result($client));
is((new McHA())->remember('key', fn() => 'computed', 100), 'computed', 'in a pool of nobody, too');

/* Misuse. */
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
	ok($warning, 'with a warning: ' . show($options));
}
is([$client->remember('key', $never, -1), result($client)], [false, 'RES_INVALID_ARGUMENTS'], 'a negative life');
foreach (['', 'a b', str_repeat('x', 251)] as $key) {
	is([$client->remember($key, $never, 100), result($client)], [false, 'RES_BAD_KEY_PROVIDED'], 'a key of ' . strlen($key) . ' bytes');
}
throws(fn() => $client->remember('key', 'no function', 100), TypeError::class, 'callback', 'no callable');
$cluster = new Cluster(1);
$client = $cluster->client();
is($client->remember(str_repeat('x', 250), fn() => 'computed', 100), 'computed', 'too long for a lease, not for a value');
is($client->get(str_repeat('x', 250)), 'computed', 'which is stored');

done();
?>
--EXPECT--
done
