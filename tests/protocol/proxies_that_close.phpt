--TEST--
A proxy that closes the connection at what it does not know is spoken to in text
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

/* As twemproxy does: newer ones answer "version" with their own or hand it on, older ones do not know it. */
$proxies = [
	'one that knows version' => [['match' => '/^version/', 'reply' => "VERSION 0.5.0\r\n"], ['match' => '/^(mn|m[gsdae])\b/', 'close' => true]],
	'one that tells the version of the server behind it' => [['match' => '/^(mn|m[gsdae])\b/', 'close' => true]],
	'one that does not' => [['match' => '/^(version|mn|m[gsdae])\b/', 'close' => true]],
	'one that knows no statistics' => [['match' => '/^(stats|mn|m[gsdae])\b/', 'close' => true]],
	'one that knows neither' => [['match' => '/^(version|stats|mn|m[gsdae])\b/', 'close' => true]],
];
foreach ($proxies as $name => $rules) {
	$cluster = new Cluster(2);
	$fronts = [new BadServer($rules, $cluster->nodes[0]), new BadServer($rules, $cluster->nodes[1])];
	$client = client_of(...$fronts);
	ok($client->set('key', 'value', 100), "$name: set");
	is(result($client), 'RES_SUCCESS', "$name: it is a success");
	is($cluster->copies('key'), ['value', 'value'], "$name: on both copies");
	is($client->get('key'), 'value', "$name: get");
	is($client->get('missing'), false, "$name: get of nothing");
	is(result($client), 'RES_NOTFOUND', "$name: is a miss");
	is($client->increment('number', 1, 5), 5, "$name: increment");
	is(array_column($client->getNodes(), 'protocol'), ['text', 'text'], "$name: text is spoken");
	is(array_column($client->getNodes(), 'state'), ['up', 'up'], "$name: nobody is down");
	$tries = fn() => count($fronts[0]->seen('/^(mn|m[gsdae])\b/')) + count($fronts[1]->seen('/^(mn|m[gsdae])\b/'));
	$connects = fn() => array_map(fn($front) => count($front->seen('/^connect$/')), $fronts);
	[$before, $connected] = [$tries(), $connects()];
	is(client_of(...$fronts)->get('key'), 'value', "$name: another client");
	is($tries(), $before, "$name: does not have to find it out again");
	ok(str_contains($name, 'neither') || str_contains($name, 'does not')
		|| max(array_map(fn($now, $then) => $now - $then, $connects(), $connected)) <= 1, "$name: and is not sent away");
}

/* A server that ended just when it was greeted is none of these. */
$cluster = new Cluster(1);
$front = new BadServer([['match' => '/^version/', 'close' => true, 'times' => 1]], $cluster->nodes[0]);
$client = client_of($front);
ok($client->set('key', 'value'), 'a connection that is closed once: set');
is($client->get('key'), 'value', 'get');
is(array_column($client->getNodes(), 'protocol'), ['meta'], 'meta is spoken again');
is(client_of($front)->get('key'), 'value', 'another client');
$seen = $front->seen('/^mg key /');
is(count($seen), 2, 'was not told otherwise');

/* With meta alone it is a failure like any other. */
$front = new BadServer($proxies['one that does not'], $cluster->nodes[0]);
$strict = client_of($front);
$strict->setOption(McHA::OPT_PROTOCOL, 'meta');
is($strict->get('key'), false, 'with meta alone it is of no use');
ok(!in_array(result($strict), ['RES_SUCCESS', 'RES_NOTFOUND']), 'which is a failure: ' . result($strict));

done();
?>
--EXPECT--
done
