--TEST--
append() and prepend() extend a string on all replicas
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
	between($cluster->ttl($node, 'key'), 90, 100, 'the TTL is unchanged');
}
is($client->append('missing', 'x'), false, 'there is no value to append to');
is(result($client), 'RES_NOTSTORED', 'not stored');
is($client->prepend('missing', 'x'), false, 'there is no value to prepend to');
is($cluster->copies('missing'), [], 'no copy was created');
ok($client->append('key', ''), 'append() of an empty string');
is($client->get('key'), 'start middle end', 'an empty string changes nothing');

$client->setOption(McHA::OPT_COMPRESSION, true);
$warning = null;
set_error_handler(function (int $level, string $message) use (&$warning) { $warning = $message; return true; });
is($client->append('key', 'x'), null, 'append() is refused while compression is on');
ok($warning !== null, 'append() gives a warning');
is($client->prepend('key', 'x'), null, 'prepend() is refused while compression is on');
restore_error_handler();
is($client->get('key'), 'start middle end', 'the value is unchanged');

done();
?>
--EXPECT--
done
