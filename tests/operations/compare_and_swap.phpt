--TEST--
A compare and swap succeeds only if nothing changed since the token was read
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
is($read['flags'], 0, 'no user flags');
/* a token of a node has its tag above bit 48, a version bit 62: in 32-bit PHP they are strings, as pecl memcached has it */
ok(is_int($read['cas']) && $read['cas'] !== 0 || PHP_INT_SIZE === 4 && preg_match('~^\d+$~', (string) $read['cas']), 'the token is a number');
is($client->get('key', null, McHA::GET_EXTENDED)['cas'], $read['cas'], 'reading again gives the same token');

ok($client->cas($read['cas'], 'key', 'two', 50), 'nothing changed: it is swapped');
is(array_values($cluster->copies('key')), ['two', 'two'], 'on both copies');
foreach (array_keys($cluster->copies('key')) as $node) {
	between($cluster->ttl($node, 'key'), 40, 50, 'with its new life');
}
ok(!$client->cas($read['cas'], 'key', 'three'), 'it has changed since: it is not');
is(result($client), 'RES_DATA_EXISTS', 'because it has changed');
is($client->get('key'), 'two', 'the value stays');

$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
ok($client->cas((string) $token, 'key', 'as text'), 'the token may be text');
$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
$client->delete('key');
ok(!$client->cas($token, 'key', 'four'), 'it is gone: it is not swapped');
is(result($client), 'RES_NOTFOUND', 'because it is gone');
is($cluster->copies('key'), [], 'and it stays gone');
is($client->get('missing', null, McHA::GET_EXTENDED), false, 'nothing to read');

done();
?>
--EXPECT--
done
