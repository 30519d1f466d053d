--TEST--
A server that does not speak meta is spoken to in text, without being told to
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* As memcached 1.5 and proxies answer what they do not know. */
$old = [['match' => '/^(mn|mg|ms|md|ma|me)\b/', 'reply' => "ERROR\r\n"], ['match' => '/^version/', 'reply' => "VERSION 1.5.6\r\n"]];
$cluster = new Cluster(2);
$fronts = [new BadServer($old, $cluster->nodes[0]), new BadServer($old, $cluster->nodes[1])];
$client = new McHA();
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
foreach ($fronts as $front) {
	$client->addServer($front->host, $front->port);
}
ok($client->set('key', 'value', 100), 'set');
is(result($client), 'RES_SUCCESS', 'it is a success');
is($cluster->copies('key'), ['value', 'value'], 'on both copies');
is($client->get('key'), 'value', 'get');
is($client->get('missing'), false, 'get of nothing');
is(array_column($client->getNodes(), 'protocol'), ['text', 'text'], 'text is spoken');
is($client->increment('number', 1, 5), 5, 'increment');
is($client->getMulti(['key', 'missing']), ['key' => 'value'], 'getMulti');
ok($client->delete('key'), 'delete');

/* It is found out once and remembered. */
$probes = fn() => count($fronts[0]->seen('/^m[ngsdae]\b/')) + count($fronts[1]->seen('/^m[ngsdae]\b/'));
$before = $probes();
$other = new McHA(null, null, "{$fronts[0]->name},{$fronts[1]->name}");
$other->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
is((int) $other->get('number'), 5, 'another client');
is($probes(), $before, 'does not have to find it out again');

$strict = new McHA(null, null, "{$fronts[0]->name},{$fronts[1]->name}");
$strict->setOptions([McHA::OPT_PROTOCOL => 'meta', McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
is($strict->get('number'), false, 'with meta alone they are of no use');
ok(!in_array(result($strict), ['RES_SUCCESS', 'RES_NOTFOUND']), 'which is a failure: ' . result($strict));

done();
?>
--EXPECT--
done
