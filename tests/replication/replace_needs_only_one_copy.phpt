--TEST--
replace() succeeds if any home node has a copy, and fails if none has
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
is($client->replace($key, 'value'), false, 'there is no value to replace');
is(result($client), 'RES_NOTSTORED', 'the result is RES_NOTSTORED');
is($cluster->copies($key), [], 'no copy was created');
$client->set($key, 'one');
ok($client->replace($key, 'two', 300), 'both home nodes have a copy');
is($cluster->copies($key), ['two', 'two'], 'both copies are replaced');
$cluster->delete(1, $key);
ok($client->replace($key, 'three', 300), 'only the first home node has a copy');
is($cluster->copies($key), ['three', 'three'], 'both home nodes have the new value');
$cluster->delete(0, $key);
ok($client->replace($key, 'four', 300), 'only the second home node has a copy');
is($cluster->copies($key), ['four', 'four'], 'both home nodes have the new value');
$cluster->delete(0, $key);
$cluster->delete(1, $key);
ok(!$client->replace($key, 'five'), 'no home node has a copy');

done();
?>
--EXPECT--
done
