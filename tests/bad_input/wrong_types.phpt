--TEST--
PHP refuses arguments of a wrong type, and the client stays usable
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
foreach ([
	'get' => fn() => $client->get([]), 'set' => fn() => $client->set(new stdClass(), 1), 'too few' => fn() => $client->set('key'),
	'touch' => fn() => $client->touch('key', 'soon'), 'increment' => fn() => $client->increment('key', []), 'getMulti' => fn() => $client->getMulti('key'),
	'callback' => fn() => $client->get('key', 'no_such_function'), 'addServer' => fn() => $client->addServer('a', 'b'),
	'constructor' => fn() => new McHA([]), 'append' => fn() => $client->append('key', []),
] as $name => $call) {
	throws($call, TypeError::class, '', $name);
}
is(@$client->cas('nonsense', 'key', 1), false, 'cas() refuses a token that is no number');
is(result($client), 'RES_INVALID_ARGUMENTS', 'the result code for a token that is no number');
is(@$client->cas(-1, 'key', 1), false, 'cas() refuses a negative token');
ok(result($client) !== 'RES_SUCCESS', 'the result code for a negative token');
is($client->getMulti([null, 1.5, true, 'key']) ?: [], [], 'getMulti() converts keys of other types to strings');
is(@$client->delete('key', 5), false, 'delete() refuses a delay');
is(result($client), 'RES_INVALID_ARGUMENTS', 'the result code for a delayed deletion');
ok($client->set('key', 'value'), 'the client can still write');
is($client->get('key'), 'value', 'the client can still read');

done();
?>
--EXPECT--
done
