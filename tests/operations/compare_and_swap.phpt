--TEST--
cas() succeeds only if the item did not change after the token was read
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$client->set('key', 'one', 100);
$read = $client->get('key', null, McHA::GET_EXTENDED);
is($read['value'], 'one', 'the value');
is($read['flags'], 0, 'there are no user flags');
/* bits of a node's token above bit 48 are its tag, a version sets bit 62: on 32-bit PHP such tokens are strings, as in pecl memcached */
ok(is_int($read['cas']) && $read['cas'] !== 0 || PHP_INT_SIZE === 4 && preg_match('~^\d+$~', (string) $read['cas']), 'the token is a number');
is($client->get('key', null, McHA::GET_EXTENDED)['cas'], $read['cas'], 'a second read returns the same token');

ok($client->cas($read['cas'], 'key', 'two', 50), 'the item did not change: cas() succeeds');
is(array_values($cluster->copies('key')), ['two', 'two'], 'both copies are swapped');
foreach (array_keys($cluster->copies('key')) as $node) {
	between($cluster->ttl($node, 'key'), 40, 50, 'both copies have the new TTL');
}
ok(!$client->cas($read['cas'], 'key', 'three'), 'the item changed: cas() fails');
is(result($client), 'RES_DATA_EXISTS', 'the result says that the item changed');
is($client->get('key'), 'two', 'the value is unchanged');

$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
ok($client->cas((string) $token, 'key', 'as text'), 'cas() accepts a token as a string');
$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
$client->delete('key');
ok(!$client->cas($token, 'key', 'four'), 'the item was deleted: cas() fails');
is(result($client), 'RES_NOTFOUND', 'the result says that the item is missing');
is($cluster->copies('key'), [], 'cas() does not bring a deleted item back');
is($client->get('missing', null, McHA::GET_EXTENDED), false, 'there is no item to read');

done();
?>
--EXPECT--
done
