--TEST--
The client puts the prefix before every key that it sends, and removes it from every result
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_PREFIX_KEY => 'app:']);
is($client->getOption(McHA::OPT_PREFIX_KEY), 'app:', 'getOption() returns the prefix');
$client->set('a', 1);
is(array_values($cluster->copies('app:a')), ['1', '1'], 'the node stores the key with the prefix');
is($cluster->copies('a'), [], 'the node has no key without the prefix');
$client->setMulti(['b' => 2, 'c' => 3]);
is($client->getMulti(['a', 'b', 'c'], McHA::GET_PRESERVE_ORDER), ['a' => 1, 'b' => 2, 'c' => 3], 'getMulti() returns keys without the prefix');
is($client->deleteMulti(['a', 'b']), ['a' => true, 'b' => true], 'deleteMulti() returns keys without the prefix');
is($client->increment('c'), 4, 'increment() uses the prefix');
$plain = $cluster->client();
is($plain->get('app:c'), 4, 'a client without the prefix reads the full key');
ok($client->set(str_repeat('k', 246), 1), 'prefix and key of 250 bytes together are accepted');
ok(!$client->set(str_repeat('k', 247), 1), 'prefix and key of 251 bytes together are refused');
ok(in_array(result($client), ['RES_BAD_KEY_PROVIDED', 'RES_KEY_TOO_BIG']), 'the result code for a key that is too long with its prefix');
ok(!@$client->setOption(McHA::OPT_PREFIX_KEY, "a b"), 'a prefix with a space is refused');
ok(!@$client->setOption(McHA::OPT_PREFIX_KEY, str_repeat('p', 251)), 'a prefix that is too long is refused');
is($client->getOption(McHA::OPT_PREFIX_KEY), 'app:', 'a refused prefix leaves the old one');
ok($client->setOption(McHA::OPT_PREFIX_KEY, ''), 'an empty prefix is accepted');
is($client->get('app:c'), 4, 'the client reads the full key without a prefix');

done();
?>
--EXPECT--
done
