--TEST--
mcha get, set, delete and where do what the application does, and tell where a key lies; exit codes and errors say what went wrong
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$mcha = new CommandLine($cluster->servers());
$key = $cluster->keyLedBy($client, 0, 1);

/* Values go both ways. */
is($mcha->run('set', $key, 'a value', '--ttl=500'), '', 'set prints nothing');
is($mcha->exitCode, 0, 'set: the exit code');
is($client->get($key), 'a value', 'the application reads what set has stored');
between($cluster->ttl(1, $key), 400, 500, 'set: the lifetime');
is($mcha->run('get', $key), 'a value', 'get prints a string as it is');
$mcha->run('set', $key, '{"a":[1,2.0,true]}', '--type=json');
is($client->get($key), ['a' => [1, 2.0, true]], 'set --type=json stores what the JSON means');
is($mcha->run('get', $key), "{\"a\":[1,2.0,true]}\n", 'get prints other values as JSON');
is($mcha->json('get', $key)['value'], ['a' => [1, 2.0, true]], 'get --json');
$client->set("object.$key", new ArrayObject(['x']));
ok(str_contains($mcha->run('get', "object.$key"), 'ArrayObject'), 'an object of PHP is printed');
$client->set("bytes.$key", "\xff\x00");
is($mcha->run('get', "bytes.$key"), "\xff\x00", 'bytes are printed as they are');
is($mcha->json('get', "bytes.$key")['value'], ['base64' => base64_encode("\xff\x00")], 'bytes in JSON');
is($mcha->run('get', 'missing'), '', 'get of a missing key prints nothing');
is([$mcha->exitCode, $mcha->errors], [1, "mcha: no node has missing\n"], 'get of a missing key');
is($mcha->json('get', 'missing'), ['key' => 'missing', 'found' => false], 'the same as JSON');
$mcha->run('set', $key, 'x', '--add');
is($mcha->exitCode, 1, 'set --add of an existing key');
$mcha->run('set', 'missing', 'x', '--replace');
is($mcha->exitCode, 1, 'set --replace of a missing key');
$mcha->run('set', "p$key", 'with prefix', '--prefix=app:');
is(count($cluster->copies("app:p$key")), 2, 'set --prefix');
is($mcha->run('get', "p$key", '--prefix=app:'), 'with prefix', 'get --prefix');

/* Where a key lies. */
$client->set($key, 'value', 500);
$where = $mcha->json('where', $key);
is($where['verdict'], 'complete', 'where: all home nodes have the key');
is(array_column($where['nodes'], 'found'), [true, true, false], 'where: which nodes have it');
is(array_map([$cluster, 'index'], array_column($where['nodes'], 'host'), array_column($where['nodes'], 'port')), $cluster->preference($client, $key), 'where: the preference list');
is($mcha->exitCode, 0, 'where: the exit code then');
ok(str_contains($mcha->run('where', $key), 'All home nodes have the same copy.'), 'where: in words');
$cluster->delete(1, $key);
is($mcha->json('where', $key)['verdict'], 'missing', 'where: a copy is missing');
is($mcha->exitCode, 1, 'where: the exit code then');
is($cluster->holds(1, $key), null, 'where stores nothing');
$cluster->raw(1, "set $key 0 0 3\r\nold\r\n");
is($mcha->json('where', $key)['verdict'], 'differing', 'where: two copies differ');
is($mcha->json('where', 'missing')['verdict'], 'none', 'where: no node has the key');
$cluster->raw(2, "set elsewhere." . ($alien = $cluster->keyLedBy($client, 0, 1, 'elsewhere.')) . " 0 0 3\r\nold\r\nset $alien 0 0 3\r\nold\r\n");
is($mcha->json('where', $alien)['verdict'], 'elsewhere', 'where: only a node that is no home node has the key');

/* Delete. */
is($mcha->json('delete', $key), ['key' => $key, 'deleted' => true, 'failed' => []], 'delete');
is($cluster->copies($key), [], 'delete: from all nodes');
$mcha->run('delete', $key);
is($mcha->exitCode, 1, 'delete of a missing key');

/* Sessions are placed by directives of their own. */
ini_set('session.save_handler', 'mcha');
ini_set('session.save_path', $cluster->servers());
ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');
foreach (['1 ketama', '1 ketama_weighted', '0 ketama'] as $placement) {
	[$consistent, $type] = explode(' ', $placement);
	ini_set('mcha.sess_consistent_hash', $consistent);
	ini_set('mcha.sess_consistent_hash_type', $type);
	for ($i = 0; $i < 5; $i++) {
		session_id($id = "session$i" . bin2hex(random_bytes(5)));
		session_start();
		$_SESSION['a'] = 1;
		session_write_close();
		is($mcha->json('where', $id, '--session', "--set=sess_consistent_hash=$consistent", "--set=sess_consistent_hash_type=$type")['verdict'], 'complete',
			"where --session: $placement");
	}
	is($mcha->json('get', $id, '--session', "--set=sess_consistent_hash=$consistent", "--set=sess_consistent_hash_type=$type")['value'], 'a|i:1;', "get --session: $placement");
}

/* Mistakes are told, and nothing is done. */
foreach ([
	[['get', 'bad key'], 'cannot be a key'],
	[['get'], 'Not enough arguments'],
	[['fetch', 'key'], 'Command "fetch" is not defined'],
	[['set', 'k', '{', '--type=json'], 'the value is no JSON'],
	[['set', 'k', 'v', '--type=xml'], 'expected string or json'],
	[['set', 'k', 'v', '--ttl=soon'], '--ttl=soon: expected a number'],
	[['set', 'k', 'v', '--add', '--replace'], 'contradict each other'],
	[['get', 'k', '--set=copies=2'], 'there is no directive mcha.copies'],
	[['get', 'k', '--set=number_of_replicas'], 'expected a directive and its value'],
	[['get', 'k', '--set=number_of_replicas=many'], 'invalid value "many"'],
] as [$words, $part]) {
	is($mcha->run(...$words), '', implode(' ', $words) . ': no output');
	is($mcha->exitCode, 2, implode(' ', $words) . ': the exit code');
	ok(str_contains($mcha->errors, $part), implode(' ', $words) . ": the error is: $mcha->errors");
}
$nowhere = new CommandLine('');
$nowhere->run('get', 'k');
ok($nowhere->exitCode === 2 && str_contains($nowhere->errors, 'no pool is named: give --servers='), 'no pool is named');
$nowhere->run('get', 'k', '--servers=a:b:c');
ok($nowhere->exitCode === 3 && str_starts_with($nowhere->errors, 'mcha: server "a:b:c"'), "a malformed pool string: $nowhere->errors");
array_map([$cluster, 'kill'], [0, 1, 2]);
$mcha->run('get', $key, '--timeout=2000');
ok($mcha->exitCode === 3 && str_contains($mcha->errors, "could not read $key: "), "no node answers: $mcha->errors");

done();
?>
--EXPECT--
done
