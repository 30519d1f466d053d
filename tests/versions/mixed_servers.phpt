--TEST--
Servers with and without versions may share a pool
--SKIPIF--
<?php $needs = ['memcached', 'newer-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

/* If this machine's memcached accepts versions, a proxy in front of it reports a version that is too old for them. */
$older = new Cluster(1);
$front = has_versions() ? new BadServer([['match' => '/^version$/', 'reply' => "VERSION 1.6.18\r\n"]], $older->nodes[0]) : $older->nodes[0];
$newer = new Cluster(2, ['memcached' => newer_memcached()]);
foreach (['ordered', 'quorum'] as $policy) {
	$client = $newer->client([McHA::OPT_NUMBER_OF_REPLICAS => 2, McHA::OPT_READ_POLICY => $policy]);
	$client->addServer($front->host, $front->port ?? $front->number);
	for ($i = 0; $i < 30; $i++) {
		$key = "$policy$i";
		ok($client->set($key, 'value'), "$key: set");
		is($client->get($key), 'value', "$key: get");
		$token = $client->get($key, null, McHA::GET_EXTENDED)['cas'];
		/* a token from the newest copy's version cannot be decided by an older server: cas() fails and changes nothing */
		$swapped = $client->cas($token, $key, 'swapped');
		ok($swapped || ($policy === 'quorum' && result($client) === 'RES_DATA_EXISTS'), "$key: swap");
		ok(!$client->cas($token, $key, 'again'), "$key: an old token swaps nothing");
		is($client->get($key), $swapped ? 'swapped' : 'value', "$key: the value after the swap");
		is($older->holds(0, $key), $swapped ? 'swapped' : 'value', "$key: all copies are equal");
		ok($client->delete($key), "$key: delete");
		is($client->get($key), false, "$key: a deleted key is missing");
		ok($client->add($key, '5'), "$key: add");
		is($client->increment($key), 6, "$key: count");
		is($client->get($key), '6', "$key: the counter is read");
	}
}

done();
?>
--EXPECT--
done
