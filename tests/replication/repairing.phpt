--TEST--
repair() gives home nodes the copies that they lack, with the remaining lifetime and the flags, of keys that no client reads
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol, McHA::OPT_USER_FLAGS => 3]);
	$keys = array_map(fn(int $i) => "$protocol.key$i", range(1, 100));
	$client->setMulti(array_fill_keys($keys, ['a value']), 500);
	is($client->repair($keys), [], "$protocol: nothing is to be repaired");
	is(result($client), 'RES_SUCCESS', "$protocol: the result then");
	$flags = $cluster->flags($cluster->preference($client, $keys[0])[1], $keys[0]);
	$lost = array_values(array_filter($keys, fn(string $key) => in_array(1, array_slice($cluster->preference($client, $key), 0, 2), true)));
	$cluster->restart(1);
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
	is($client->repair($keys), $lost, "$protocol: the keys that the restarted node has lost");
	is($client->getLastReplication()['repaired'], count($lost), "$protocol: the copies that were stored");
	is($cluster->items(1), count($lost), "$protocol: the node has them again");
	is($cluster->flags(1, $lost[0]), $flags, "$protocol: the flags");
	if ($protocol === 'meta') {
		between($cluster->ttl(1, $lost[0]), 400, 500, "$protocol: the remaining lifetime");
	}
	is($client->repair(['no', 'such']), [], "$protocol: keys that no node has");
	is(result($client), 'RES_NOTFOUND', "$protocol: the result then");
}

/* A home node that cannot be asked is named. */
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'value');
$cluster->kill(1);
is($client->repair([$key]), [$key], 'a node that is dead cannot be repaired');
is(array_keys($client->getLastReplication()['failed']), [$cluster->name(1)], 'and is named');
is($client->repair(['bad key']), false, 'a bad key');
is(result($client), 'RES_BAD_KEY_PROVIDED', 'the result then');
is($client->repair([]), [], 'no keys');

done();
?>
--EXPECT--
done
