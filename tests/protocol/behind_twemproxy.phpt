--TEST--
McHA speaks text to servers behind twemproxy, which closes the connection on an unknown command
--SKIPIF--
<?php $needs = ['memcached', 'nutcracker']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/twemproxy.inc';

$cluster = new Cluster(4);
$proxies = [new Twemproxy($cluster->nodes[0], $cluster->nodes[1]), new Twemproxy($cluster->nodes[2], $cluster->nodes[3])];

function client_of(Twemproxy ...$proxies): McHA
{
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_COMPRESSION => false]);
	foreach ($proxies as $proxy) {
		$client->addServer($proxy->host, $proxy->port);
	}
	return $client;
}

$client = client_of(...$proxies);
ok($client->set('key', 'value', 100), 'the first operation is a write');
is(result($client), 'RES_SUCCESS', 'the result is a success');
is(count($cluster->copies('key')), 2, 'both copies are written');
is(array_column($client->getNodes(), 'protocol'), ['text', 'text'], 'McHA speaks text to both proxies');
is(array_column($client->getNodes(), 'state'), ['up', 'up'], 'no proxy is down');
$client = client_of(...$proxies);
is($client->get('key'), 'value', 'get');
is($client->get('missing'), false, 'get() of a missing key');
is(result($client), 'RES_NOTFOUND', 'the result is a miss');
$values = array_combine(array_map(fn($i) => "many$i", range(1, 300)), range(1, 300));
ok($client->setMulti($values), 'setMulti() stores many values');
is($client->getMulti(array_keys($values)), $values, 'getMulti() reads all values');
is($client->add('key', 1), false, 'add');
$token = $client->get('key', null, McHA::GET_EXTENDED)['cas'];
ok($client->cas($token, 'key', 'swapped'), 'cas');
is($client->increment('number', 1, 5), 5, 'increment');
is($client->increment('number'), 6, 'increment again');
ok($client->append('key', '.') && $client->touch('key', 100), 'append() and touch()');
is($client->get('key'), 'swapped.', 'the value after all operations');
is($client->deleteMulti(['key', 'number']), ['key' => true, 'number' => true], 'deleteMulti');
is($cluster->copies('key'), [], 'no copy is left');
is($client->set('key', str_repeat('value ', 1 << 18)), false, 'a value that is too large');
is(result($client), 'RES_E2BIG', 'the result is RES_E2BIG');
$lock = $client->lock('lock', 10);
ok($lock, 'one client takes the lock');
is(client_of(...$proxies)->lock('lock', 10, 0), null, 'another client does not get the lock');
ok($lock->release(), 'the lock is released');

/* McHA does not send commands that a proxy does not know: the proxy would close the connection and be held down. */
foreach (['flush' => fn() => $client->flush(), 'getStats' => fn() => $client->getStats(), "getStats('items')" => fn() => $client->getStats('items'), 'getAllKeys' => fn() => @$client->getAllKeys()] as $name => $call) {
	is($call(), false, "$name is not supported");
	ok(!in_array(result($client), ['RES_SUCCESS', 'RES_NOTFOUND']), "$name: the result code is a failure: " . result($client));
	is($client->getMulti(array_keys($values)), $values, "$name: other operations still work");
	is(array_column($client->getNodes(), 'state'), ['up', 'up'], "$name: no proxy is down");
}

$said = run_php('
	$client = new McHA(null, null, $argv[1]);
	echo $client->get("many1"), " ", $client->set("other", 1) ? "written" : $client->getLastErrorMessage();', [implode(',', array_map(fn($proxy) => $proxy->name, $proxies))], ['mcha.connect_timeout' => 10000, 'mcha.operation_timeout' => 40000]);
is($said, '1 written', 'another process');

/* Sessions. */
$id = new_id();
$path = ['session.save_path' => implode(',', array_map(fn($proxy) => $proxy->name, $proxies))];
is(visit($cluster, $id, 'session_start(); $_SESSION["visits"] = 1;', $path)->finish(), '', 'a session is started');
is(visit($cluster, $id, 'session_start(); echo $_SESSION["visits"];', $path)->finish(), '1', 'the session continues');

/* A server behind a proxy dies: its proxy answers with an error, and the other proxy's servers have the copies. */
$cluster->kill(0);
is(count(client_of(...$proxies)->getMulti(array_keys($values))), 300, 'with a dead server all values are read');
is(count(array_filter(array_map(fn($key) => $client->set($key, 'new'), array_keys($values)))), 300, 'with a server dead all values are written');
is(array_unique(client_of(...$proxies)->getMulti(array_keys($values))), ['many1' => 'new'], 'with a dead server the current values are read');

/* With mcha.protocol=meta the proxy is an ordinary failed node. */
$strict = client_of(...$proxies);
$strict->setOption(McHA::OPT_PROTOCOL, 'meta');
is($strict->get('key'), false, 'with mcha.protocol=meta the operation fails');
ok(!in_array(result($strict), ['RES_SUCCESS', 'RES_NOTFOUND']), 'the result code is a failure: ' . result($strict));

done();
?>
--EXPECT--
done
