--TEST--
McHA detects a server that does not speak meta and speaks text to it
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* memcached 1.5 and proxies answer an unknown command so. */
$old = [['match' => '/^(mn|mg|ms|md|ma|me)\b/', 'reply' => "ERROR\r\n"], ['match' => '/^version/', 'reply' => "VERSION 1.5.6\r\n"]];
$cluster = new Cluster(2);
$fronts = [new BadServer($old, $cluster->nodes[0]), new BadServer($old, $cluster->nodes[1])];
$client = new McHA();
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
foreach ($fronts as $front) {
	$client->addServer($front->host, $front->port);
}
ok($client->set('key', 'value', 100), 'set');
is(result($client), 'RES_SUCCESS', 'the result is a success');
is($cluster->copies('key'), ['value', 'value'], 'both copies are written');
is($client->get('key'), 'value', 'get');
is($client->get('missing'), false, 'get() of a missing key');
is(array_column($client->getNodes(), 'protocol'), ['text', 'text'], 'McHA speaks text to both nodes');
is($client->increment('number', 1, 5), 5, 'increment');
is($client->getMulti(['key', 'missing']), ['key' => 'value'], 'getMulti');
ok($client->delete('key'), 'delete');

/* Detection happens once, and all objects of the process know the result. */
$probes = fn() => count($fronts[0]->seen('/^m[ngsdae]\b/')) + count($fronts[1]->seen('/^m[ngsdae]\b/'));
$before = $probes();
$other = new McHA(null, null, "{$fronts[0]->name},{$fronts[1]->name}");
$other->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
is((int) $other->get('number'), 5, 'another client');
is($probes(), $before, 'a new object does not detect the protocol again');

$strict = new McHA(null, null, "{$fronts[0]->name},{$fronts[1]->name}");
$strict->setOptions([McHA::OPT_PROTOCOL => 'meta', McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
is($strict->get('number'), false, 'with mcha.protocol=meta the operation fails');
ok(!in_array(result($strict), ['RES_SUCCESS', 'RES_NOTFOUND']), 'the result code is a failure: ' . result($strict));

done();
?>
--EXPECT--
done
