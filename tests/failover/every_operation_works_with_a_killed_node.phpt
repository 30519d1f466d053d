--TEST--
With a node killed, every operation goes on
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

/* With versions a token is that of all copies, without it is that of the node that gave it. */
$versions = has_versions();

/* Each node of a key in turn, at the moment of the kill, and with a node that is known to be down and one that is tried anew each time. */
foreach ([0, 1] as $victim) {
	foreach ([1000, 0] as $retry) {
		$cluster = new Cluster(3);
		$client = $cluster->client([McHA::OPT_COMPRESSION => false, McHA::OPT_RETRY_TIMEOUT => $retry, McHA::OPT_DEAD_TIMEOUT => 2000]);
		$key = fn(string $prefix) => $cluster->keyLedBy($client, 0, 1, "$prefix$retry.");
		$what = "node $victim killed, tried again after $retry s";
		foreach (['get', 'cas', 'append', 'touch', 'delete', 'replace', 'set', 'm1', 'm2', 'cas2'] as $name) {
			$client->set($key($name), "value of $name", 1000);
		}
		$client->set($key('number'), 100);
		$token = $client->get($key('cas'), null, McHA::GET_EXTENDED)['cas'];
		$cluster->kill($victim);

		is($client->get($key('get')), 'value of get', "$what: get");
		is($client->get($key('nothing')), false, "$what: get of nothing");
		is(result($client), 'RES_NOTFOUND', "$what: which another node can say");
		ok($client->set($key('set'), 'new'), "$what: set");
		is($client->get($key('set')), 'new', "$what: get what was set");
		is($client->increment($key('number'), 5), 105, "$what: increment");
		is($client->decrement($key('number'), 1), 104, "$what: decrement");
		is($client->increment($key('fresh'), 1, 7), 7, "$what: a new counter");
		is($client->increment($key('fresh'), 1, 7), 8, "$what: counts");
		ok($client->add($key('add'), 'added'), "$what: add");
		ok(!$client->add($key('add'), 'again'), "$what: add again");
		is(result($client), 'RES_NOTSTORED', "$what: is refused");
		ok(!$client->add($key('get'), 'again'), "$what: add of what was there before");
		is(result($client), 'RES_NOTSTORED', "$what: is refused too");
		ok($client->replace($key('replace'), 'replaced'), "$what: replace");
		ok(!$client->replace($key('nothing'), 'replaced'), "$what: replace of nothing");
		is($client->get($key('replace')), 'replaced', "$what: get what was replaced");
		is($client->cas($token, $key('cas'), 'swapped'), $versions || $victim === 1, "$what: a token is good as long as its node is there");
		is(result($client), $versions || $victim === 1 ? 'RES_SUCCESS' : 'RES_DATA_EXISTS', "$what: and safe if it is not");
		$token = $client->get($key('cas2'), null, McHA::GET_EXTENDED)['cas'];
		ok($client->cas($token, $key('cas2'), 'swapped'), "$what: a token read from who is there");
		ok(!$client->cas($token, $key('cas2'), 'again'), "$what: is good once");
		ok($client->append($key('append'), '>'), "$what: append");
		ok($client->prepend($key('append'), '<'), "$what: prepend");
		is($client->get($key('append')), '<value of append>', "$what: get what has grown");
		ok($client->touch($key('touch'), 500), "$what: touch");
		ok($client->delete($key('delete')), "$what: delete");
		is($client->get($key('delete')), false, "$what: get what was deleted");
		is($client->getMulti([$key('m1'), $key('m2'), $key('delete')]), [$key('m1') => 'value of m1', $key('m2') => 'value of m2'], "$what: getMulti");
		ok($client->setMulti([$key('m1') => 1, $key('m2') => 2]), "$what: setMulti");
		is($client->getMulti([$key('m1'), $key('m2')]), [$key('m1') => 1, $key('m2') => 2], "$what: getMulti of it");
		is($client->deleteMulti([$key('m1')]), [$key('m1') => true], "$what: deleteMulti");
		is($client->getLastReplication()['acknowledged'] >= 1, true, "$what: acknowledged");
	}
}

done();
?>
--EXPECT--
done
