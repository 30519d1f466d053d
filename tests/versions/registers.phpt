--TEST--
read_policy quorum: the newest of a majority, or nothing is said
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
is($client->getOption(McHA::OPT_READ_POLICY), McHA::READ_POLICY_QUORUM, 'the policy by its name');

/* What another client, which knows of no failure, finds. */
$another = fn() => $cluster->client($options);
$version = fn(int $i, string $key) => preg_match('/ c(\d+)/', $cluster->raw($i, "mg $key c\r\n"), $found) ? (int) $found[1] : null;

$key = $cluster->keyLedBy($client, 0, 1);
ok($client->set($key, 'old', 1000), 'set');
$old = $version(0, $key);
ok($client->set($key, 'new', 1000), 'set again');
ok($version(0, $key) > $old, 'it is newer');
is($client->getLastReplication()['acknowledged'], 3, 'all three');

/* An older copy, on the node that is asked first. */
$cluster->raw(0, "ms $key 3 T1000 E$old\r\nold\r\n");
is($another()->get($key), 'new', 'the newest is the answer');
is($cluster->holds(0, $key), 'new', 'the older one is replaced');
is($version(0, $key), $version(1, $key), 'by the same version');
between($cluster->ttl(0, $key), 900, 1000, 'and its life');

/* A newer one, on one node only: whoever sees it hands it on. */
$newer = $version(0, $key) + 1;
$cluster->raw(0, "ms $key 5 T1000 E$newer\r\nnewer\r\n");
is($another()->get($key), 'newer', 'a write that did not come to a majority');
is($cluster->holds(1, $key), 'newer', 'has come to one');

/* Deleting. */
ok($client->delete($key), 'delete');
is($client->get($key), false, 'gone');
is(result($client), 'RES_NOTFOUND', 'not there');
$seen = $client->inspect($key);
is(array_column($seen, 'found'), [false, false, false], 'found nowhere');
is(array_column($seen, 'deleted'), [true, true, true], 'it is known that it was deleted');
between($seen[0]['ttl'], 400, 500, 'for mcha.tombstone_ttl');
ok(!$client->delete($key), 'once');
is(result($client), 'RES_NOTFOUND', 'there is nothing to delete');
$cluster->raw(0, "ms $key 5 T0 E$newer\r\nnewer\r\n");
is($another()->get($key), false, 'an older copy does not come back');
ok($client->add($key, 'added'), 'add');
is($another()->get($key), 'added', 'added');
$client->delete($key);
is($client->append($key, 'more'), false, 'nothing to append to');
is($client->touch($key, 100), false, 'nothing to touch');
$client->delete($key);
is($client->increment($key, 1, 5), 5, 'a counter begins anew');
is($client->increment($key), 6, 'and goes on');
is($another()->get($key), '6', 'for all');
is((new McHA(null, null, $cluster->servers()))->get($key), '6', 'other policies read it');

/* Many. */
$items = array_combine(array_map(fn($i) => "many$i", range(1, 50)), range(1, 50));
ok($client->setMulti($items), 'setMulti');
is($client->getMulti([...array_keys($items), 'none']), $items, 'getMulti');
is(array_filter($client->deleteMulti(['many1', 'many2']), fn($done) => $done === true), ['many1' => true, 'many2' => true], 'deleteMulti');
is(count($client->getMulti(array_keys($items))), 48, 'and they are gone');
is((new McHA(null, null, $cluster->servers()))->get('many1'), false, 'for other policies too');

/* One node away: all goes on. */
$client->set($key, 'three');
$cluster->kill(1);
ok($client->set($key, 'two'), 'a majority will do');
is($client->getLastReplication()['acknowledged'], 2, 'two');
is($client->get($key), 'two', 'for reading too');

/* Two: nothing is said, and nothing changed. */
$cluster->kill(2);
is($client->get($key), false, 'no majority');
ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND'], true), 'which is no miss');
ok(!$client->set($key, 'one'), 'nor can be written');
ok(!$client->delete($key), 'nor deleted');
is($cluster->holds(0, $key), 'two', 'the copy is as it was');
$cluster->nodes[1]->start();
$cluster->nodes[1]->awaitAnswer();
wait_until(fn() => $client->get($key) === 'two' && $cluster->holds(1, $key) === 'two', what: 'a majority to be there again');

done();
?>
--EXPECT--
done
