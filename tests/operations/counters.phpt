--TEST--
Counters start at the initial value, go up to 64 bits and down to zero
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$client->set('n', 10, 100);
is($client->increment('n'), 11, 'increment by one');
is($client->increment('n', 9), 20, 'increment by nine');
is($client->increment('n', 0), 20, 'increment by zero');
is($client->decrement('n'), 19, 'decrement by one');
is($client->decrement('n', 100), 0, 'decrement() stops at zero');
is($client->get('n'), 0, 'get() returns an integer');
is($client->increment('n', PHP_INT_MAX), PHP_INT_MAX, 'the largest integer');
foreach (array_keys($cluster->copies('n')) as $node) {
	between($cluster->ttl($node, 'n'), 80, 100, 'the TTL is unchanged');
}
/* Counters are unsigned 64-bit numbers: a number above PHP_INT_MAX is a string (32-bit PHP: from 2147483648 on). */
$more = PHP_INT_SIZE === 8 ? ['9223372036854775808', '9223372036854775809', '18446744073709551614'] : ['2147483648', '2147483649', '4294967294'];
is($client->increment('n'), $more[0], 'PHP_INT_MAX + 1 is a string');
is($client->get('n'), $more[0], 'get() returns the same string');
is($client->increment('n'), $more[1], 'PHP_INT_MAX + 2 is a string');
is($client->decrement('n'), $more[0], 'decrement to PHP_INT_MAX + 1');
is($client->decrement('n'), PHP_INT_MAX, 'back to PHP_INT_MAX: an integer');
is($client->increment('n', PHP_INT_MAX), $more[2], 'twice PHP_INT_MAX is a string');

is($client->increment('missing'), false, 'there is no counter to increment');
is(result($client), 'RES_NOTFOUND', 'not found');
is($client->increment('fresh', 5, 40, 200), 40, 'a new counter starts at its initial value');
is(array_values($cluster->copies('fresh')), ['40', '40'], 'both copies have the initial value');
foreach (array_keys($cluster->copies('fresh')) as $node) {
	between($cluster->ttl($node, 'fresh'), 190, 200, 'both copies have the TTL');
}
is($client->increment('fresh', 5, 40, 300), 45, 'an existing counter ignores the initial value');
foreach (array_keys($cluster->copies('fresh')) as $node) {
	between($cluster->ttl($node, 'fresh'), 180, 200, 'an existing counter keeps its TTL');
}
is($client->increment('zero', 5, 0), 0, 'zero is a valid initial value');
is($client->decrement('down', 5, 7), 7, 'decrement() accepts an initial value, too');
is($client->decrement('down', 5, 7), 2, 'decrement() counts down');
is((int) $client->get('fresh'), 45, 'get() reads the counter');

$client->set('text', 'not a number');
is($client->increment('text'), false, 'text cannot be incremented');
is(result($client), 'RES_CLIENT_ERROR', 'the result is a client error');
is($client->get('text'), 'not a number', 'the text is unchanged');

$warning = null;
set_error_handler(function (int $level, string $message) use (&$warning) { $warning = $message; return true; });
is($client->increment('fresh', -1), false, 'a negative offset is refused');
ok($warning !== null, 'increment() gives a warning');
is(result($client), 'RES_INVALID_ARGUMENTS', 'the result is an invalid argument');
restore_error_handler();
is((int) $client->get('fresh'), 45, 'nothing changed');

done();
?>
--EXPECT--
done
