--TEST--
Every operation works while a node of the key is killed
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

/* With versions all copies have the same CAS token; without them a token belongs to the node that returned it. */
$versions = has_versions();

/* Kills each home of a key in turn. The failed node then stays down (1000 s), or each operation tries it again (0 s). */
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
		is(result($client), 'RES_NOTFOUND', "$what: another node answers that the key is missing");
		ok($client->set($key('set'), 'new'), "$what: set");
		is($client->get($key('set')), 'new', "$what: get what was set");
		is($client->increment($key('number'), 5), 105, "$what: increment");
		is($client->decrement($key('number'), 1), 104, "$what: decrement");
		is($client->increment($key('fresh'), 1, 7), 7, "$what: a new counter");
		is($client->increment($key('fresh'), 1, 7), 8, "$what: the new counter goes on");
		ok($client->add($key('add'), 'added'), "$what: add");
		ok(!$client->add($key('add'), 'again'), "$what: add again");
		is(result($client), 'RES_NOTSTORED', "$what: the result code of a second add");
		ok(!$client->add($key('get'), 'again'), "$what: add of an existing key");
		is(result($client), 'RES_NOTSTORED', "$what: the result code of an add of an existing key");
		ok($client->replace($key('replace'), 'replaced'), "$what: replace");
		ok(!$client->replace($key('nothing'), 'replaced'), "$what: replace of nothing");
		is($client->get($key('replace')), 'replaced', "$what: get what was replaced");
		is($client->cas($token, $key('cas'), 'swapped'), $versions || $victim === 1, "$what: cas with a token from before the kill");
		is(result($client), $versions || $victim === 1 ? 'RES_SUCCESS' : 'RES_DATA_EXISTS', "$what: the result code of that cas");
		$token = $client->get($key('cas2'), null, McHA::GET_EXTENDED)['cas'];
		ok($client->cas($token, $key('cas2'), 'swapped'), "$what: cas with a token from a living node");
		ok(!$client->cas($token, $key('cas2'), 'again'), "$what: a second cas with the same token fails");
		ok($client->append($key('append'), '>'), "$what: append");
		ok($client->prepend($key('append'), '<'), "$what: prepend");
		is($client->get($key('append')), '<value of append>', "$what: get the appended and prepended value");
		ok($client->touch($key('touch'), 500), "$what: touch");
		ok($client->delete($key('delete')), "$what: delete");
		is($client->get($key('delete')), false, "$what: get what was deleted");
		is($client->getMulti([$key('m1'), $key('m2'), $key('delete')]), [$key('m1') => 'value of m1', $key('m2') => 'value of m2'], "$what: getMulti");
		ok($client->setMulti([$key('m1') => 1, $key('m2') => 2]), "$what: setMulti");
		is($client->getMulti([$key('m1'), $key('m2')]), [$key('m1') => 1, $key('m2') => 2], "$what: getMulti after setMulti");
		is($client->deleteMulti([$key('m1')]), [$key('m1') => true], "$what: deleteMulti");
		is($client->getLastReplication()['acknowledged'] >= 1, true, "$what: a node acknowledged");
		is($client->repair([$key('get'), $key('nothing')]), [$key('get')], "$what: repair");
	}
}

done();
?>
--EXPECT--
done
