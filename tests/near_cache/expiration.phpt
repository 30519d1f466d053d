--TEST--
A near cache copy expires after mcha.near_cache_ttl, or with the value's own expiration
--EXTENSIONS--
apcu
--INI--
apc.enable_cli=1
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

/* apc.use_request_time stops APCu's clock during a request; the near cache uses its own clock. */
foreach ([0, 1] as $standing) {
	ini_set('apc.use_request_time', (string) $standing);
	$cluster = new Cluster(1);
	$client = $cluster->client([McHA::OPT_NEAR_CACHE_TTL => 1] + LOCAL);
	$long = $cluster->client(LOCAL);
	$elsewhere = $cluster->client([McHA::OPT_COMPRESSION => false]);
	$long->set('kept', 'long');
	$client->set('short', 'short');
	$long->set('span', 'span', 2);
	$long->set('moment', 'moment', time() + 2);
	$long->set('months', 'months', 60 * 60 * 24 * 31); /* a timestamp in 1970 */
	$elsewhere->set('read', 'read', 3);
	$long->get('read');
	$elsewhere->set('batch', 'batch', 3);
	$long->getMulti(['batch', 'none']);
	kill_all($cluster);
	foreach (['short' => $client, 'span' => $long, 'moment' => $long, 'read' => $long, 'batch' => $long] as $key => $reader) {
		$ages = [];
		wait_until(function () use ($reader, $key, &$ages) {
			$value = $reader->get($key);
			$ages[] = $reader->getLastReplication()['local'][$key] ?? 0;
			return $value === false;
		}, what: "the copy of $key to expire");
		ok(max($ages) < 3, "$key is no longer served after it expired");
		ok(!in_array(result($reader), ['RES_SUCCESS', 'RES_NOTFOUND']), "$key: without a copy, get() fails again");
	}
	is($long->get('kept'), 'long', 'copies with a longer life are still served');
	is($long->get('months'), false, 'a value that was stored already expired is not kept');
	is($client->get('kept'), false, 'a client with a shorter mcha.near_cache_ttl is not served an older copy');
	apcu_clear_cache();
}

done();
?>
--EXPECT--
done
