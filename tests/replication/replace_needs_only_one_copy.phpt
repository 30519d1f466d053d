--TEST--
What any copy holds can be replaced, what none holds cannot
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
is($client->replace($key, 'value'), false, 'nothing to replace');
is(result($client), 'RES_NOTSTORED', 'as it says');
is($cluster->copies($key), [], 'nothing was made');
$client->set($key, 'one');
ok($client->replace($key, 'two', 300), 'both have it');
is($cluster->copies($key), ['two', 'two'], 'both are replaced');
$cluster->delete(1, $key);
ok($client->replace($key, 'three', 300), 'the first has it');
is($cluster->copies($key), ['three', 'three'], 'both have the new one');
$cluster->delete(0, $key);
ok($client->replace($key, 'four', 300), 'only the second has it');
is($cluster->copies($key), ['four', 'four'], 'both have the new one');
$cluster->delete(0, $key);
$cluster->delete(1, $key);
ok(!$client->replace($key, 'five'), 'none has it');

done();
?>
--EXPECT--
done
