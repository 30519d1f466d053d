--TEST--
getAllKeys() lists the keys of all servers, each key once
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 60]);
$all = function (McHA $client): array|false {
	$keys = $client->getAllKeys();
	return $keys === false ? false : (sort($keys, SORT_STRING) ? $keys : []);
};
is($all($client), [], 'an empty pool has no keys');
is(result($client), 'RES_SUCCESS', 'the result is a success');

$odd = ['a', '5', '%', 'a%20b', 'key=x', "\xc3\xa4\xff\x80", 'END', str_repeat('k', 250), '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~'];
foreach ($odd as $key) {
	$client->set($key, 'value');
}
sort($odd, SORT_STRING);
is($all($client), $odd, 'each key is listed once, although it has two copies');
$client->setOption(McHA::OPT_PREFIX_KEY, 'p:');
$client->set('prefixed', 1);
ok(in_array('p:prefixed', $client->getAllKeys(), true), 'a key is listed with its prefix');
ok(in_array('a', $client->getAllKeys(), true), 'keys without a prefix are listed, too');
is($client->get('prefixed'), 1, 'the client works afterwards');
$client->setOption(McHA::OPT_PREFIX_KEY, '');
$client->flush();

$many = [];
for ($i = 0; $i < 20000; $i++) {
	$many["a rather long key, as they are often made of many words: $i"] = 0;
}
$many = array_combine(array_map(fn($key) => strtr($key, ' ', '_'), array_keys($many)), $many);
$client->setMulti($many);
$keys = $client->getAllKeys();
is(count($keys), 20000, 'many');
is(array_diff_key($many, array_flip($keys)), [], 'all keys are listed');

/* several lists at once: a server serves one key dump at a time, and the other processes wait */
$code = '$m = new McHA(); $m->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	foreach (array_slice($argv, 1) as $port) { $m->addServer("127.0.0.1", (int) $port); }
	for ($i = 0; $i < 5; $i++) { echo count($m->getAllKeys() ?: []), " "; }';
$ports = array_map(fn(Node $node) => $node->number, $cluster->nodes);
$children = [new Child($code, $ports), new Child($code, $ports), new Child($code, $ports)];
foreach ($children as $child) {
	is($child->finish(), '20000 20000 20000 20000 20000 ', 'every process gets all keys');
}

$cluster->kill(1);
@$client->getVersion();
$keys = $client->getAllKeys();
is(result($client), 'RES_SOME_ERRORS', 'one of the servers is dead');
is(count($keys), 20000, 'the other servers have copies of all keys');
$cluster->kill(0);
$cluster->kill(2);
is((new McHA())->getAllKeys(), false, 'getAllKeys() without servers fails');
$none = new McHA();
is($none->getAllKeys(), false, 'no keys');
is(result($none), 'RES_NO_SERVERS', 'the result says that there are no servers');
$dead = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 0]);
is($dead->getAllKeys(), false, 'getAllKeys() fails if all servers are dead');
ok(in_array(result($dead), ['RES_CONNECTION_FAILURE', 'RES_SERVER_TEMPORARILY_DISABLED']), 'a failure: ' . result($dead));

/* servers that cannot list their keys, or send a damaged list */
$answers = [
	"ERROR\r\n" => 'RES_NOT_SUPPORTED', "CLIENT_ERROR lru crawler disabled\r\n" => 'RES_NOT_SUPPORTED', "no such thing\r\n" => 'RES_PROTOCOL_ERROR',
	"key=%4\r\nEND\r\n" => 'RES_PROTOCOL_ERROR', "key= exp=1\r\nEND\r\n" => 'RES_PROTOCOL_ERROR', "key=" . str_repeat('k', 251) . " exp=1\r\nEND\r\n" => 'RES_PROTOCOL_ERROR',
	"key=" . str_repeat('k', 40000) => 'RES_PROTOCOL_ERROR',
];
foreach ($answers as $answer => $expected) {
	$server = new BadServer([['match' => '/^lru_crawler/', 'reply' => $answer]]);
	$asking = new McHA();
	$asking->addServer($server->host, $server->port);
	is($asking->getAllKeys(), false, substr($answer, 0, 40));
	is(result($asking), $expected, substr($answer, 0, 40));
}
foreach ([['reply' => "key=a exp=1\r\n"], ['reply' => "BUSY currently processing crawler request\r\n"], ['flood' => "key=a exp=1 la=1 cas=1 fetch=no cls=1 size=60\r\n"], []] as $rule) {
	$server = new BadServer([['match' => '/^lru_crawler/'] + $rule]);
	$asking = new McHA();
	$asking->setOption(McHA::OPT_OPERATION_TIMEOUT, 300);
	$asking->addServer($server->host, $server->port);
	is($asking->getAllKeys(), false, 'an incomplete list: ' . show($rule));
	is(result($asking), 'RES_TIMEOUT', 'getAllKeys() times out');
}
$server = new BadServer([['match' => '/metadump hash/', 'reply' => "CLIENT_ERROR bad data chunk\r\n"], ['match' => '/metadump all/', 'reply' => "key=old%20server exp=-1\r\nEND\r\n"]]);
$asking = new McHA();
$asking->addServer($server->host, $server->port);
is($asking->getAllKeys(), ['old server'], 'an older server gets the older command');

/* an exceeded memory_limit ends the request and leaves no connection open */
$big = new Cluster(1);
$big->client()->setMulti($many);
$child = run_php('$m = new McHA(); $m->addServer("127.0.0.1", (int) $argv[1]); ini_set("memory_limit", "3M");
	register_shutdown_function(fn() => print(count(glob("/proc/self/fd/*")) - $GLOBALS["before"])); $before = count(glob("/proc/self/fd/*")); $m->getAllKeys();', [$big->nodes[0]->number], ['display_errors' => 0]);
is(trim($child), getenv('USE_ZEND_ALLOC') === '0' ? '0' : '0(exit code 255)', 'out of memory'); /* without the limit the script ends normally */

done();
?>
--EXPECT--
done
