--TEST--
read_policy quorum: a read returns the newest value of a majority, or fails
--SKIPIF--
<?php $needs = ['newer-memcached']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.tombstone_ttl=500
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/newer.inc';

$cluster = new Cluster(3, ['memcached' => newer_memcached()]);
$options = [McHA::OPT_COMPRESSION => false, McHA::OPT_NUMBER_OF_REPLICAS => 2, McHA::OPT_READ_POLICY => 'quorum', McHA::OPT_RETRY_TIMEOUT => 0];
$client = $cluster->client($options);
is($client->getOption(McHA::OPT_READ_POLICY), McHA::READ_POLICY_QUORUM, 'the policy can be chosen by name');

/* Reads with a new client, which knows of no failure. */
$another = fn() => $cluster->client($options);
$version = fn(int $i, string $key) => preg_match('/ c(\d+)/', $cluster->raw($i, "mg $key c\r\n"), $found) ? (int) $found[1] : null;

$key = $cluster->keyLedBy($client, 0, 1);
ok($client->set($key, 'old', 1000), 'set');
$old = $version(0, $key);
ok($client->set($key, 'new', 1000), 'the second set()');
ok($version(0, $key) > $old, 'the second write has a newer version');
is($client->getLastReplication()['acknowledged'], 3, 'all three nodes acknowledged');

/* An older copy on the node that is asked first. */
$cluster->raw(0, "ms $key 3 T1000 E$old\r\nold\r\n");
is($another()->get($key), 'new', 'the read returns the newest value');
is($cluster->holds(0, $key), 'new', 'the older copy is replaced');
is($version(0, $key), $version(1, $key), 'the replaced copy has the same version');
between($cluster->ttl(0, $key), 900, 1000, 'the replaced copy has the remaining TTL');

/* A newer copy on one node only: a read that finds it writes it to a majority. */
$newer = $version(0, $key) + 1;
$cluster->raw(0, "ms $key 5 T1000 E$newer\r\nnewer\r\n");
is($another()->get($key), 'newer', 'the read returns the value of a write that did not reach a majority');
is($cluster->holds(1, $key), 'newer', 'the read wrote the value to another node');

/* Deletion. */
ok($client->delete($key), 'delete');
is($client->get($key), false, 'a deleted key is missing');
is(result($client), 'RES_NOTFOUND', 'the result is a miss');
$seen = $client->inspect($key);
is(array_column($seen, 'found'), [false, false, false], 'no node has a copy');
is(array_column($seen, 'deleted'), [true, true, true], 'all nodes have a tombstone');
between($seen[0]['ttl'], 400, 500, 'the tombstone\'s TTL is mcha.tombstone_ttl');
ok(!$client->delete($key), 'a second delete() fails');
is(result($client), 'RES_NOTFOUND', 'the result is a miss');
$cluster->raw(0, "ms $key 5 T0 E$newer\r\nnewer\r\n");
is($another()->get($key), false, 'an older copy does not bring the key back');
ok($client->add($key, 'added'), 'add');
is($another()->get($key), 'added', 'the added value is read');
$client->delete($key);
is($client->append($key, 'more'), false, 'there is no value to append to');
is($client->touch($key, 100), false, 'there is no value to touch');
$client->delete($key);
is($client->increment($key, 1, 5), 5, 'a counter starts again');
is($client->increment($key), 6, 'the counter counts on');
is($another()->get($key), '6', 'another client reads the counter');
is((new McHA(null, null, $cluster->servers()))->get($key), '6', 'a client with another read policy reads the counter');

/* Many keys. */
$items = array_combine(array_map(fn($i) => "many$i", range(1, 50)), range(1, 50));
ok($client->setMulti($items), 'setMulti');
is($client->getMulti([...array_keys($items), 'none']), $items, 'getMulti');
is(array_filter($client->deleteMulti(['many1', 'many2']), fn($done) => $done === true), ['many1' => true, 'many2' => true], 'deleteMulti');
is(count($client->getMulti(array_keys($items))), 48, 'deleted keys are gone');
is((new McHA(null, null, $cluster->servers()))->get('many1'), false, 'a client with another read policy finds them deleted, too');

/* One node down: operations succeed. */
$client->set($key, 'three');
$cluster->kill(1);
ok($client->set($key, 'two'), 'a majority suffices for a write');
is($client->getLastReplication()['acknowledged'], 2, 'two nodes acknowledged');
is($client->get($key), 'two', 'a majority suffices for a read');

/* Two nodes down: operations fail and change nothing. */
$cluster->kill(2);
is($client->get($key), false, 'a read without a majority fails');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND'], true), 'the failure is not reported as a miss');
ok(!$client->set($key, 'one'), 'a write without a majority fails');
ok(!$client->delete($key), 'a deletion without a majority fails');
is($cluster->holds(0, $key), 'two', 'the copy is unchanged');
$cluster->nodes[1]->start();
$cluster->nodes[1]->awaitAnswer();
wait_until(fn() => $client->get($key) === 'two' && $cluster->holds(1, $key) === 'two', what: 'a majority to be up again');

done();
?>
--EXPECT--
done
