--TEST--
McHA speaks text to a proxy that closes the connection on an unknown command
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

function client_of(BadServer ...$fronts): McHA
{
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	foreach ($fronts as $front) {
		$client->addServer($front->host, $front->port);
	}
	return $client;
}

/* As twemproxy: newer versions answer "version" or forward it, older versions do not know it. */
$proxies = [
	'a proxy that knows version' => [['match' => '/^version/', 'reply' => "VERSION 0.5.0\r\n"], ['match' => '/^(mn|m[gsdae])\b/', 'close' => true]],
	'a proxy that forwards version' => [['match' => '/^(mn|m[gsdae])\b/', 'close' => true]],
	'a proxy that does not know version' => [['match' => '/^(version|mn|m[gsdae])\b/', 'close' => true]],
	'a proxy that does not know stats' => [['match' => '/^(stats|mn|m[gsdae])\b/', 'close' => true]],
	'a proxy that knows neither' => [['match' => '/^(version|stats|mn|m[gsdae])\b/', 'close' => true]],
];
foreach ($proxies as $name => $rules) {
	$cluster = new Cluster(2);
	$fronts = [new BadServer($rules, $cluster->nodes[0]), new BadServer($rules, $cluster->nodes[1])];
	$client = client_of(...$fronts);
	ok($client->set('key', 'value', 100), "$name: set");
	is(result($client), 'RES_SUCCESS', "$name: the result is a success");
	is($cluster->copies('key'), ['value', 'value'], "$name: both copies are written");
	is($client->get('key'), 'value', "$name: get");
	is($client->get('missing'), false, "$name: get() of a missing key");
	is(result($client), 'RES_NOTFOUND', "$name: the result is a miss");
	is($client->increment('number', 1, 5), 5, "$name: increment");
	is(array_column($client->getNodes(), 'protocol'), ['text', 'text'], "$name: McHA speaks text");
	is(array_column($client->getNodes(), 'state'), ['up', 'up'], "$name: no node is held down");
	$tries = fn() => count($fronts[0]->seen('/^(mn|m[gsdae])\b/')) + count($fronts[1]->seen('/^(mn|m[gsdae])\b/'));
	$connects = fn() => array_map(fn($front) => count($front->seen('/^connect$/')), $fronts);
	[$before, $connected] = [$tries(), $connects()];
	is(client_of(...$fronts)->get('key'), 'value', "$name: another client");
	is($tries(), $before, "$name: a new object does not detect the protocol again");
	ok(str_contains($name, 'neither') || str_contains($name, 'does not')
		|| max(array_map(fn($now, $then) => $now - $then, $connects(), $connected)) <= 1, "$name: the proxy does not close its connections");
}

/* A meta server that ends during detection is not taken for a proxy. */
$cluster = new Cluster(1);
$front = new BadServer([['match' => '/^version/', 'close' => true, 'times' => 1]], $cluster->nodes[0]);
$client = client_of($front);
ok($client->set('key', 'value'), 'set() succeeds although the server closed the first connection');
is($client->get('key'), 'value', 'get');
is(array_column($client->getNodes(), 'protocol'), ['meta'], 'McHA speaks meta afterwards');
is(client_of($front)->get('key'), 'value', 'another client');
$seen = $front->seen('/^mg key /');
is(count($seen), 2, 'the server was contacted twice');

/* With mcha.protocol=meta the proxy is an ordinary failed node. */
$front = new BadServer($proxies['a proxy that does not know version'], $cluster->nodes[0]);
$strict = client_of($front);
$strict->setOption(McHA::OPT_PROTOCOL, 'meta');
is($strict->get('key'), false, 'with mcha.protocol=meta the operation fails');
ok(!in_array(result($strict), ['RES_SUCCESS', 'RES_NOTFOUND']), 'the result code is a failure: ' . result($strict));

done();
?>
--EXPECT--
done
