--TEST--
Strings grow at both ends on all copies
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_COMPRESSION => false]);
$client->set('key', 'middle', 100);
ok($client->append('key', ' end'), 'append');
ok($client->prepend('key', 'start '), 'prepend');
is(array_values($cluster->copies('key')), ['start middle end', 'start middle end'], 'both copies grew');
foreach (array_keys($cluster->copies('key')) as $node) {
	between($cluster->ttl($node, 'key'), 90, 100, 'the life stays');
}
is($client->append('missing', 'x'), false, 'nothing to append to');
is(result($client), 'RES_NOTSTORED', 'not stored');
is($client->prepend('missing', 'x'), false, 'nothing to prepend to');
is($cluster->copies('missing'), [], 'nothing was made');
ok($client->append('key', ''), 'appending nothing');
is($client->get('key'), 'start middle end', 'changes nothing');

$client->setOption(McHA::OPT_COMPRESSION, true);
$warning = null;
set_error_handler(function (int $level, string $message) use (&$warning) { $warning = $message; return true; });
is($client->append('key', 'x'), null, 'with compression on nothing is appended');
ok($warning !== null, 'and a warning is given');
is($client->prepend('key', 'x'), null, 'nor prepended');
restore_error_handler();
is($client->get('key'), 'start middle end', 'the value stays');

done();
?>
--EXPECT--
done
