--TEST--
With mcha resync after each restart, a rolling restart loses none of the values and sessions that no client reads
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

const VALUES = 500;

$cluster = new Cluster(3);
$state = new Folder();
$mcha = new CommandLine($cluster->servers());
$client = $cluster->client([McHA::OPT_USER_FLAGS => 3]);
$keys = array_map(fn(int $i) => $i % 100 ? "key$i" : (string) $i, range(1, VALUES));
foreach ($keys as $i => $key) {
	$client->set($key, $i % 2 ? "value of $key" : ["value of $key"], $i % 5 ? 5000 : 0);
}
$sessions = array_map(fn(int $i) => "session$i", range(1, 20));
ini_set('session.save_handler', 'mcha');
ini_set('session.save_path', $cluster->servers());
ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');
foreach ($sessions as $id) {
	session_id($id);
	session_start();
	$_SESSION['name'] = $id;
	session_write_close();
}
$flags = $cluster->flags($cluster->preference($client, 'key1')[0], 'key1');
foreach ([0, 1, 2] as $node) {
	$cluster->restart($node);
	$result = $mcha->json('resync', $cluster->name($node), "--state=$state->path", '--after=0.1');
	is($mcha->exitCode, 0, "node $node: the exit code: $mcha->errors");
	is($result['stored'], $cluster->items($node), "node $node: what it holds was stored by resync");
	is([$result['taken_back'], $result['incomplete'], $result['unlisted'], $result['absent']], [0, 0, [], []], "node $node: nothing went wrong");
	is(glob("$state->path/*"), [], "node $node: nothing is left in the folder of the state");
}
$client = $cluster->client();
foreach ($keys as $i => $key) {
	is(count($cluster->copies($key)), 2, "$key has two copies");
	is($client->get($key), $i % 2 ? "value of $key" : ["value of $key"], "$key is as it was");
}
foreach ($keys as $i => $key) {
	foreach (array_filter($client->inspect($key), fn(array $node) => $node['found']) as $copy) {
		between($copy['ttl'], $i % 5 ? 4000 : -1, $i % 5 ? 5000 : -1, "$key has its lifetime");
	}
}
is($cluster->flags($cluster->preference($client, 'key1')[0], 'key1'), $flags, 'the flags');
foreach ($sessions as $id) {
	is(count($cluster->copies("memc.sess.key.$id")), 2, "session $id has two copies");
	session_id($id);
	session_start();
	is($_SESSION, ['name' => $id], "session $id is as it was");
	session_write_close();
}

/* All nodes at once: nothing is left to do. */
$result = $mcha->json('resync', "--state=$state->path", '--after=0.1');
is([$mcha->exitCode, $result['stored']], [0, 0], 'resync of all nodes');
$lost = $cluster->keyLedBy($client, 1, 2);
$client->set($lost, 'value');
$cluster->delete(2, $lost);
ok(preg_match('/^all nodes: looked at [\d ]+ keys, stored 1 copies in/', $mcha->run('resync', "--state=$state->path", '--after=0.1')), "resync of all nodes stores what is missing: $mcha->output");
is(array_keys($cluster->copies($lost)), [1, 2], 'the copy is back');

done();
?>
--EXPECT--
done
