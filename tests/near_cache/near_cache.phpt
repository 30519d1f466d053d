--TEST--
mcha.near_cache_fresh: a value read or written so recently is served without asking a node
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
$elsewhere = $cluster->client([McHA::OPT_COMPRESSION => false]); /* a client of another host, whose writes this host does not see */
$quietly = function (string $what, callable $call) use ($cluster, $client): void {
	$before = asked($cluster);
	$call();
	is(asked($cluster), $before, "$what: no node is asked");
	is(result($client), 'RES_SUCCESS', "$what: a success");
	is($client->getLastReplication()['failed'], [], "$what: nothing failed");
	is($client->getLastReplication()['copies'], 2, "$what: the report names two copies");
	is($client->getLastReplication()['position'], -1, "$what: no replica was read");
};

$elsewhere->set('read', 'first');
is($client->get('read'), 'first', 'read');
is(local($client), [], 'the first read asks a node');
$elsewhere->set('read', 'second');
$quietly('read again', fn() => is($client->get('read'), 'first', 'the same value'));
is(local($client), ['read'], 'the value comes from the near cache');
$client->set('written', ['a' => 1]);
$quietly('written', fn() => is($client->get('written'), ['a' => 1], 'the value that this client wrote'));
$elsewhere->set('written', 'elsewhere');
is($client->get('written', null, McHA::GET_EXTENDED)['value'], 'elsewhere', 'a read with a token asks a node');
is(local($client), [], 'a read with a token never uses the near cache');
$quietly('after that', fn() => is($client->get('written'), 'elsewhere', 'the value that was read with the token is kept, too'));
$client->setByKey('server', 'by-key', 1);
$quietly('by a server key', fn() => is($client->getByKey('server', 'by-key'), 1, 'the same value'));
$client->getDelayed(['written']);
is(local($client), ['written'], 'getDelayed(): the value comes from the near cache');
is($client->fetch()['value'], 'elsewhere', 'fetch() returns the value');
$client->getDelayed(['written'], true);
is(local($client), [], 'a later read with a token asks a node');

/* getMulti() asks the nodes only for the keys that the near cache does not have. */
$values = array_combine(array_map(fn($i) => "many$i", range(0, 19)), range(0, 19));
$client->setMulti(array_slice($values, 0, 12));
$elsewhere->setMulti(array_slice($values, 12));
$before = asked($cluster);
is($client->getMulti(array_keys($values), McHA::GET_PRESERVE_ORDER), $values, 'many');
between(asked($cluster) - $before, 8, 12, 'getMulti() asks for the other keys only (and, by sample, for a second copy once in 64 hits)');
is(local($client), array_keys(array_slice($values, 0, 12)), 'the first keys come from the near cache');
$quietly('many again', fn() => is($client->getMulti(array_keys($values)), $values, 'all values come from the near cache'));
$before = asked($cluster);
is($client->getMulti(['many1', 'none', 'many2', '', str_repeat('k', 300)]), ['many1' => 1, 'many2' => 2], 'some keys are missing');
ok(asked($cluster) > $before, 'the nodes are asked for missing keys');
$before = asked($cluster);
is($client->get('none'), false, 'the missing key is missing again');
ok(asked($cluster) > $before, 'a miss is not cached');

/* Clients without mcha.near_cache_fresh. */
is($elsewhere->get('read'), 'second', 'a client without a near cache reads the current value');
$late = $cluster->client(LOCAL);
is($late->get('read'), 'second', 'so does a client that uses the near cache only when no node answers');
is($client->get('read'), 'second', 'that read has renewed the near cache copy');

/* mcha.near_cache_fresh ends. */
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
	ok($age === null || $age <= 0.15, "a copy older than mcha.near_cache_fresh is not served: $age");
}
$limited = $cluster->client([McHA::OPT_NEAR_CACHE_TTL => 1] + NEAR);
$elsewhere->set('limited', 'before');
$limited->get('limited');
$elsewhere->set('limited', 'after');
wait_until(fn() => $limited->get('limited') === 'after', what: 'OPT_NEAR_CACHE_TTL to end, which also limits freshness');

/* When all nodes are down, a fresh copy is served as usual until it is no longer fresh. */
$client->set('survivor', 'there');
kill_all($cluster);
is($client->get('survivor'), 'there', 'all nodes are dead: the fresh copy is served');
is($client->getLastReplication()['failed'], [], 'no operation has noticed the failure');
$late->set('x', 1);
is($late->get('survivor'), 'there', 'a client that asks the nodes first is served the copy, too');
ok($late->getLastReplication()['failed'] !== [], 'that client has noticed the failure');

done();
?>
--EXPECT--
done
