--TEST--
A prefix stands before every key on the servers, and in no result
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_PREFIX_KEY => 'app:']);
is($client->getOption(McHA::OPT_PREFIX_KEY), 'app:', 'the prefix');
$client->set('a', 1);
is(array_values($cluster->copies('app:a')), ['1', '1'], 'it is part of the key on the server');
is($cluster->copies('a'), [], 'always');
$client->setMulti(['b' => 2, 'c' => 3]);
is($client->getMulti(['a', 'b', 'c'], McHA::GET_PRESERVE_ORDER), ['a' => 1, 'b' => 2, 'c' => 3], 'not of those that are given back');
is($client->deleteMulti(['a', 'b']), ['a' => true, 'b' => true], 'nor of deletions');
is($client->increment('c'), 4, 'counters');
$plain = $cluster->client();
is($plain->get('app:c'), 4, 'somebody without the prefix');
ok($client->set(str_repeat('k', 246), 1), 'the longest key');
ok(!$client->set(str_repeat('k', 247), 1), 'together they are too long');
ok(in_array(result($client), ['RES_BAD_KEY_PROVIDED', 'RES_KEY_TOO_BIG']), 'a bad key');
ok(!@$client->setOption(McHA::OPT_PREFIX_KEY, "a b"), 'a prefix with a space is refused');
ok(!@$client->setOption(McHA::OPT_PREFIX_KEY, str_repeat('p', 251)), 'and one that is too long');
is($client->getOption(McHA::OPT_PREFIX_KEY), 'app:', 'the old one stays');
ok($client->setOption(McHA::OPT_PREFIX_KEY, ''), 'none is none');
is($client->get('app:c'), 4, 'again without');

done();
?>
--EXPECT--
done
