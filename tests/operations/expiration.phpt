--TEST--
An expiration is relative, absolute or none, and touch() sets a new one
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
$ttl = fn(string $key) => $cluster->ttl(0, $key);

$client->set('none', 1);
is($ttl('none'), -1, 'no expiration');
$client->set('relative', 1, 500);
between($ttl('relative'), 490, 500, 'relative');
$client->set('month', 1, 30 * 86400);
between($ttl('month'), 30 * 86400 - 10, 30 * 86400, 'the longest relative expiration');
$client->set('absolute', 1, time() + 7000);
between($ttl('absolute'), 6980, 7001, 'an absolute expiration');
$client->set('far', 1, time() + 90 * 86400);
between($ttl('far'), 90 * 86400 - 20, 90 * 86400 + 1, 'an absolute expiration more than a month ahead');
foreach (['a second ago' => -1, 'long ago' => 30 * 86400 + 1] as $name => $expiration) {
	$client->set('past', 'old');
	ok($client->set('past', 'new', $expiration), "$name: stored");
	is($client->get('past'), false, "$name: the item is expired");
}

ok($client->touch('none', 300), 'touch() sets an expiration');
between($ttl('none'), 290, 300, 'an item without expiration has one now');
between($cluster->ttl(1, 'none'), 290, 300, 'both copies have the new expiration');
ok($client->touch('none', 0), 'touch() removes an expiration');
is($ttl('none'), -1, 'the expiration is gone');
ok($client->touch('none'), 'touch() removes the expiration by default');
ok(!$client->touch('missing', 5), 'there is no item to touch');
is(result($client), 'RES_NOTFOUND', 'not found');
is($client->get('none'), 1, 'touch() does not change the value');
ok($client->touch('none', -1), 'touch() with an expiration in the past');
is($client->get('none'), false, 'expires the item');
$client->setMulti(['m' => 1], 200);
between($ttl('m'), 190, 200, 'many');
$client->add('a', 1, 200);
between($ttl('a'), 190, 200, 'added');
$client->replace('a', 1, 300);
between($ttl('a'), 290, 300, 'replaced');

done();
?>
--EXPECT--
done
