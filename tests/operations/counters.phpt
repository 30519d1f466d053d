--TEST--
Counters count, begin where they are told to, and stop at nothing but zero
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$client->set('n', 10, 100);
is($client->increment('n'), 11, 'one more');
is($client->increment('n', 9), 20, 'nine more');
is($client->increment('n', 0), 20, 'none more');
is($client->decrement('n'), 19, 'one less');
is($client->decrement('n', 100), 0, 'never below zero');
is($client->get('n'), 0, 'a number when it is read');
is($client->increment('n', PHP_INT_MAX), PHP_INT_MAX, 'as large as it gets');
foreach (array_keys($cluster->copies('n')) as $node) {
	between($cluster->ttl($node, 'n'), 80, 100, 'the life stays');
}
/* Counters have 64 bits without a sign: what is more than an int can be is a string (32-bit PHP: from 2147483648 on). */
$more = PHP_INT_SIZE === 8 ? ['9223372036854775808', '9223372036854775809', '18446744073709551614'] : ['2147483648', '2147483649', '4294967294'];
is($client->increment('n'), $more[0], 'and one more');
is($client->get('n'), $more[0], 'which is read as it is');
is($client->increment('n'), $more[1], 'and another one');
is($client->decrement('n'), $more[0], 'one less');
is($client->decrement('n'), PHP_INT_MAX, 'and one less, an int again');
is($client->increment('n', PHP_INT_MAX), $more[2], 'and as much again');

is($client->increment('missing'), false, 'nothing to count');
is(result($client), 'RES_NOTFOUND', 'not found');
is($client->increment('fresh', 5, 40, 200), 40, 'a new counter begins with its initial value');
is(array_values($cluster->copies('fresh')), ['40', '40'], 'on both copies');
foreach (array_keys($cluster->copies('fresh')) as $node) {
	between($cluster->ttl($node, 'fresh'), 190, 200, 'with its life');
}
is($client->increment('fresh', 5, 40, 300), 45, 'then it counts');
foreach (array_keys($cluster->copies('fresh')) as $node) {
	between($cluster->ttl($node, 'fresh'), 180, 200, 'and its life stays');
}
is($client->increment('zero', 5, 0), 0, 'an initial value of nought is one too');
is($client->decrement('down', 5, 7), 7, 'downwards too');
is($client->decrement('down', 5, 7), 2, 'downwards');
is((int) $client->get('fresh'), 45, 'it is read');

$client->set('text', 'not a number');
is($client->increment('text'), false, 'text does not count');
is(result($client), 'RES_CLIENT_ERROR', 'and it is said so');
is($client->get('text'), 'not a number', 'it stays what it was');

$warning = null;
set_error_handler(function (int $level, string $message) use (&$warning) { $warning = $message; return true; });
is($client->increment('fresh', -1), false, 'a negative offset is refused');
ok($warning !== null, 'with a warning');
is(result($client), 'RES_INVALID_ARGUMENTS', 'and its code');
restore_error_handler();
is((int) $client->get('fresh'), 45, 'nothing changed');

done();
?>
--EXPECT--
done
