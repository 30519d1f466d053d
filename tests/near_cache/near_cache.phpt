--TEST--
mcha.near_cache_fresh: for so long no node is asked for a value
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

$cluster = new Cluster(3);
$client = $cluster->client(NEAR);
$elsewhere = $cluster->client([McHA::OPT_COMPRESSION => false]); /* as another host, whose writes are not known here */
$quietly = function (string $what, callable $call) use ($cluster, $client): void {
	$before = asked($cluster);
	$call();
	is(asked($cluster), $before, "$what: no node is asked");
	is(result($client), 'RES_SUCCESS', "$what: a success");
	is($client->getLastReplication()['failed'], [], "$what: nothing failed");
	is($client->getLastReplication()['copies'], 2, "$what: of two copies");
	is($client->getLastReplication()['position'], -1, "$what: none was read");
};

$elsewhere->set('read', 'first');
is($client->get('read'), 'first', 'read');
is(local($client), [], 'from a node');
$elsewhere->set('read', 'second');
$quietly('read again', fn() => is($client->get('read'), 'first', 'the value that was read'));
is(local($client), ['read'], 'is from here');
$client->set('written', ['a' => 1]);
$quietly('written', fn() => is($client->get('written'), ['a' => 1], 'the value that was written'));
$elsewhere->set('written', 'elsewhere');
is($client->get('written', null, McHA::GET_EXTENDED)['value'], 'elsewhere', 'whoever wants a token is answered by a node');
is(local($client), [], 'never from here');
$quietly('after that', fn() => is($client->get('written'), 'elsewhere', 'that value is kept too'));
$client->setByKey('server', 'by-key', 1);
$quietly('by a server key', fn() => is($client->getByKey('server', 'by-key'), 1, 'the same'));
$client->getDelayed(['written']);
is(local($client), ['written'], 'later: from here');
is($client->fetch()['value'], 'elsewhere', 'and fetched');
$client->getDelayed(['written'], true);
is(local($client), [], 'later, with a token: from a node');

/* Of many, only the rest is asked for. */
$values = array_combine(array_map(fn($i) => "many$i", range(0, 19)), range(0, 19));
$client->setMulti(array_slice($values, 0, 12));
$elsewhere->setMulti(array_slice($values, 12));
$before = asked($cluster);
is($client->getMulti(array_keys($values), McHA::GET_PRESERVE_ORDER), $values, 'many');
between(asked($cluster) - $before, 8, 12, 'the rest is asked for (and by sample, once in 64 hits, another copy of it)');
is(local($client), array_keys(array_slice($values, 0, 12)), 'the others are from here');
$quietly('many again', fn() => is($client->getMulti(array_keys($values)), $values, 'all of them'));
$before = asked($cluster);
is($client->getMulti(['many1', 'none', 'many2', '', str_repeat('k', 300)]), ['many1' => 1, 'many2' => 2], 'with some that are missing');
ok(asked($cluster) > $before, 'missing ones are asked for');
$before = asked($cluster);
is($client->get('none'), false, 'each time');
ok(asked($cluster) > $before, 'as they are not kept');

/* Nobody who did not ask for it. */
is($elsewhere->get('read'), 'second', 'others read what is there');
$late = $cluster->client(LOCAL);
is($late->get('read'), 'second', 'so does who keeps copies for the worst only');
is($client->get('read'), 'second', 'and has renewed the copy');

/* The time ends. */
$short = $cluster->client([McHA::OPT_NEAR_CACHE_FRESH => 0.15] + NEAR);
$elsewhere->set('short', 'before');
$short->get('short');
$elsewhere->set('short', 'after');
$seen = [];
wait_until(function () use ($short, &$seen) {
	$value = $short->get('short');
	$seen[] = [$value, $short->getLastReplication()['local']['short'] ?? null];
	return $value === 'after';
}, what: 'the node to be asked again');
foreach ($seen as [$value, $age]) {
	ok($age === null || $age <= 0.15, "no copy is shown that is older: $age");
}
$limited = $cluster->client([McHA::OPT_NEAR_CACHE_TTL => 1] + NEAR);
$elsewhere->set('limited', 'before');
$limited->get('limited');
$elsewhere->set('limited', 'after');
wait_until(fn() => $limited->get('limited') === 'after', what: 'the end of OPT_NEAR_CACHE_TTL, which is the limit');

/* Without nodes nothing changes, until the copies are no longer fresh. */
$client->set('survivor', 'there');
kill_all($cluster);
is($client->get('survivor'), 'there', 'all are dead');
is($client->getLastReplication()['failed'], [], 'and nobody has noticed');
$late->set('x', 1);
is($late->get('survivor'), 'there', 'who asks the nodes first');
ok($late->getLastReplication()['failed'] !== [], 'notices');

done();
?>
--EXPECT--
done
