--TEST--
Wrong types are refused by PHP's own rules, and leave the client usable
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
is(@$client->cas('nonsense', 'key', 1), false, 'a token that is none');
is(result($client), 'RES_INVALID_ARGUMENTS', 'is invalid');
is(@$client->cas(-1, 'key', 1), false, 'a negative token');
ok(result($client) !== 'RES_SUCCESS', 'is refused');
is($client->getMulti([null, 1.5, true, 'key']) ?: [], [], 'keys of other types are made text');
is(@$client->delete('key', 5), false, 'a delayed deletion');
is(result($client), 'RES_INVALID_ARGUMENTS', 'is a thing of the past');
ok($client->set('key', 'value'), 'the client is usable');
is($client->get('key'), 'value', 'as before');

done();
?>
--EXPECT--
done
