--TEST--
Operations work over TLS with one, two and three nodes, over meta and text, with large values and large batches
--SKIPIF--
<?php $needs = ['memcached', 'tls']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$authority = new Authority();
ini_set('mcha.tls_ca', $authority->path);
foreach ([1, 2, 3] as $nodes) {
	$cluster = new Cluster($nodes, ['tls' => $authority->issue()]);
	foreach (['meta', 'text'] as $protocol) {
		$what = "$protocol, $nodes nodes";
		$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
		ok($client->set('key', 'value'), "$what: set");
		is($cluster->copies('key'), array_fill_keys(array_keys($cluster->copies('key')), 'value'), "$what: the value is there");
		is(count($cluster->copies('key')), min(2, $nodes), "$what: all copies are there");
		is($client->get('key'), 'value', "$what: get");
		is($client->add('key', 'other'), false, "$what: add() of a key that is there");
		$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
		ok($client->cas($token, 'key', 'changed'), "$what: cas");
		$client->setOption(McHA::OPT_COMPRESSION, false);
		ok($client->append('key', '!'), "$what: append");
		is($client->get('key'), 'changed!', "$what: the value is as the last write said");
		is($client->increment('n', 1, 5), 5, "$what: a new counter");
		is($client->increment('n', 2), 7, "$what: increment");
		ok($client->touch('key', 100), "$what: touch");
		ok($client->delete('n'), "$what: delete");
		$large = random_bytes(1000 * 1000);
		ok($client->set('large', $large), "$what: set() of a large value");
		ok($client->get('large') === $large, "$what: get() of a large value");
		$batch = [];
		for ($i = 0; $i < 3000; $i++) {
			$batch["batch$i"] = str_repeat(chr(65 + $i % 26), $i % 500) . $i;
		}
		$batch['batch1500'] = substr($large, 0, 400000);
		ok($client->setMulti($batch), "$what: setMulti() of thousands of keys");
		ok($client->getMulti(array_keys($batch)) == $batch, "$what: getMulti() of thousands of keys");
		is(count(array_filter($client->deleteMulti(array_keys($batch)), fn($good) => $good === true)), 3000, "$what: deleteMulti()");
		is(count($client->getStats()), $nodes, "$what: getStats()");
		is(count($client->getVersion()), $nodes, "$what: getVersion()");
		is(array_diff(['key', 'large'], $client->getAllKeys()), [], "$what: getAllKeys()");
		is($client->getLastReplication()['failed'], [], "$what: no node has failed");
		ok($client->flush(), "$what: flush");
	}
	$client = $cluster->client([McHA::OPT_PROTOCOL => 'binary']);
	is($client->get('key'), false, 'the binary protocol is refused');
	ok(str_contains($client->getLastErrorMessage(), 'knows no tls://: use the protocol auto, meta or text'), "says why: {$client->getLastErrorMessage()}");
}

/* A pool that moves to TLS keeps its keys in place. */
$plain = new McHA(null, null, 'a:1,b:2,c:3,d:4');
$tls = new McHA(null, null, 'tls://a:1,tls://b:2,tls://c:3,tls://d:4');
$first = fn(McHA $client, string $key) => $client->getServerByKey($key)['port'];
for ($i = 0; $i < 200; $i++) {
	is($first($tls, "key$i"), $first($plain, "key$i"), 'a node with tls:// is placed as one without');
}
is(array_column($tls->getServerList(), 'host'), ['tls://a', 'tls://b', 'tls://c', 'tls://d'], 'the list of servers can be added again');
$again = new McHA();
$again->addServers(array_map(fn(array $server) => [$server['host'], $server['port']], $tls->getServerList()));
is($again->getServerList(), $tls->getServerList(), 'and is the same then');

done();
?>
--EXPECT--
done
