--TEST--
A home that is new to a key does not say that the key is missing while its other home and its previous home are down
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

const BRIEF = [McHA::OPT_CONNECT_TIMEOUT => 300, McHA::OPT_OPERATION_TIMEOUT => 1000];

/* Node 3 is new. */
$cluster = new Cluster(4);
$before = client_of($cluster, [0, 1, 2]);
$client = client_of($cluster, [0, 1, 2, 3], [0, 1, 2], BRIEF + [McHA::OPT_COMPRESSION => false]);
$operations = [
	'get' => fn(string $key) => $client->get($key),
	'getMulti' => fn(string $key) => $client->getMulti([$key]) ?: false,
	'touch' => fn(string $key) => $client->touch($key, 3000),
	'add' => fn(string $key) => $client->add($key, '8'),
	'replace' => fn(string $key) => $client->replace($key, '8'),
	'cas' => fn(string $key) => $client->cas(1, $key, '8'),
	'append' => fn(string $key) => $client->append($key, '8'),
	'increment' => fn(string $key) => $client->increment($key),
	'increment with an initial value' => fn(string $key) => $client->increment($key, 1, 8),
];
$keys = array_values(array_filter(array_map(fn(int $i) => "key$i", range(0, 200)),
	fn(string $key) => in_array(3, nodes_as($cluster, $client, $key, 'home'))));
$keys = array_combine(array_keys($operations), array_slice($keys, 0, count($operations)));
$before->setMulti(array_fill_keys($keys, '7'));
array_map($cluster->stop(...), [0, 1, 2]);
foreach ($operations as $name => $run) {
	is($run($keys[$name]), false, "$name: fails while only the new home can be asked");
	ok(!in_array(result($client), ['RES_NOTFOUND', 'RES_NOTSTORED', 'RES_SUCCESS'], true), "$name: the result is an error: " . result($client));
}
array_map($cluster->cont(...), [0, 1, 2]);
foreach ($keys as $name => $key) {
	wait_until(fn() => $client->get($key) !== false, what: "$key to be readable again");
	is($client->get($key), '7', "$name: the value is what it was");
}

/* All previous homes of all sessions are down: a new visitor's session starts all the same, a known visitor's does not. */
$cluster = new Cluster(4);
$ini = fn(array $now, array $before) => ['session.save_path' => pool_string($cluster, $now),
	'mcha.sess_previous_servers' => pool_string($cluster, $before), 'mcha.sess_connect_timeout' => 300] + session_settings($cluster);
const KNOWN = 'var_dump(session_start()); echo $_SESSION["n"] ?? "", "\n";';
const FIRST = 'session_start(); $_SESSION["n"] = 1; session_write_close(); echo session_id(), "\n";';
$known = new_id();
visit($cluster, $known, 'session_start(); $_SESSION["n"] = 7;', $ini([0, 1], []))->finish();
$cluster->kill(0);
$cluster->kill(1);
$output = visit($cluster, $known, KNOWN, $ini([2, 3, 0, 1], [0, 1]))->finish();
ok(str_contains($output, 'bool(false)'), "a known visitor's session does not start: $output");
for ($i = 0; $i < 6; $i++) {
	$id = trim((new Child(FIRST, [], $ini([2, 3, 0, 1], [0, 1])))->finish());
	ok(preg_match('/^[-,a-zA-Z0-9]+$/', $id), "a new visitor's session starts, and is written: $id");
	is(visit($cluster, $id, KNOWN, $ini([2, 3, 0, 1], [0, 1]))->finish(), "bool(true)\n1\n", 'and goes on');
}

done();
?>
--EXPECT--
done
