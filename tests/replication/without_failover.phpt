--TEST--
With allow_failover=0 only the first home node serves reads
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.allow_failover=0
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
[$key, $other, $number] = [$cluster->keyLedBy($client, 0, 1), $cluster->keyLedBy($client, 1, 0), $cluster->keyLedBy($client, 0, 1, 'number')];
ok($client->set($key, 'value'), 'healthy nodes: writes');
$client->set($number, 5);
is(array_keys($cluster->copies($key)), [0, 1], 'writes go to both home nodes');
is($client->get($key), 'value', 'healthy nodes: reads');
$cluster->delete(0, $key);
is($client->get($key), false, "the first home node's miss is the result");
is(result($client), 'RES_NOTFOUND', 'the result is a miss');
ok($client->set($key, 'value'), 'the key is written again');
ok($client->set($other, 'value'), 'a key with another first home node is written');

$cluster->kill(0);
$fails = function (mixed $result, string $what) use ($client): void {
	is($result, false, "$what fails");
	ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND', 'RES_NOTSTORED', 'RES_DATA_EXISTS']), "$what: the result code is a failure: " . result($client));
};
$fails($client->get($key), 'get');
$fails($client->set($key, 'new'), 'set');
$fails($client->add($key, 'new'), 'add');
$fails($client->replace($key, 'new'), 'replace');
$fails($client->append($key, 'new'), 'append');
$fails($client->touch($key, 10), 'touch');
$fails($client->increment($number), 'increment');
$fails($client->delete($key), 'delete');
ok($client->set($other, 'changed'), 'a key with another first home node is written');
is($client->get($other), 'changed', 'the key is read');
is(array_keys($cluster->copies($other)), [1], 'no handoff node has a copy for its second home node');
is($cluster->copies($key)[2] ?? null, null, 'no handoff node has a copy for the first home node');

done();
?>
--EXPECT--
done
