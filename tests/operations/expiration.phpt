--TEST--
An expiration is relative, absolute or none, and touch gives a new one
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
$ttl = fn(string $key) => $cluster->ttl(0, $key);

$client->set('none', 1);
is($ttl('none'), -1, 'none');
$client->set('relative', 1, 500);
between($ttl('relative'), 490, 500, 'relative');
$client->set('month', 1, 30 * 86400);
between($ttl('month'), 30 * 86400 - 10, 30 * 86400, 'the longest relative one');
$client->set('absolute', 1, time() + 7000);
between($ttl('absolute'), 6980, 7001, 'a time of day');
$client->set('far', 1, time() + 90 * 86400);
between($ttl('far'), 90 * 86400 - 20, 90 * 86400 + 1, 'a time of day beyond a month');
foreach (['a second ago' => -1, 'long ago' => 30 * 86400 + 1] as $name => $expiration) {
	$client->set('past', 'old');
	ok($client->set('past', 'new', $expiration), "$name: stored");
	is($client->get('past'), false, "$name: and gone");
}

ok($client->touch('none', 300), 'a touch gives a life');
between($ttl('none'), 290, 300, 'to what had none');
between($cluster->ttl(1, 'none'), 290, 300, 'on both copies');
ok($client->touch('none', 0), 'a touch takes it away');
is($ttl('none'), -1, 'again none');
ok($client->touch('none'), 'none is what it gives by default');
ok(!$client->touch('missing', 5), 'nothing to touch');
is(result($client), 'RES_NOTFOUND', 'not found');
is($client->get('none'), 1, 'the value is untouched');
ok($client->touch('none', -1), 'a touch into the past');
is($client->get('none'), false, 'ends it');
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
