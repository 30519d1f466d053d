--TEST--
With mcha agent running, a rolling restart loses none of the values and sessions that no client reads
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/agent.inc';

$cluster = new Cluster(3);
$state = new Folder();
$client = $cluster->client();
$keys = array_map(fn(int $i) => "key$i", range(1, 500));
foreach ($keys as $i => $key) {
	$client->set($key, "value of $key", $i % 5 ? 5000 : 0);
}
$sessions = array_map(fn(int $i) => "session$i", range(1, 50));
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

$agent = new Agent(new CommandLine($cluster->servers()), $state);
$agent->awaitWhole($cluster, 0, 1, 2);
foreach ([0, 1, 2] as $node) {
	$cluster->restart($node);
	$agent->await('restarted', $cluster->name($node));
	$whole = $agent->await('whole', $cluster->name($node), 2);
	is([$whole['taken_back'], $whole['absent']], [0, []], "node $node: nothing went wrong");
	ok($whole['stored'] > 200, "node $node: copies were stored: $whole[message]");
}
$client = $cluster->client();
foreach ($keys as $i => $key) {
	is(count($cluster->copies($key)), 2, "$key has two copies");
	is($client->get($key), "value of $key", "$key is as it was");
	foreach (array_keys($cluster->copies($key)) as $node) {
		between($cluster->ttl($node, $key), $i % 5 ? 4000 : -1, $i % 5 ? 5000 : -1, "$key has its lifetime");
	}
}
foreach ($sessions as $id) {
	is(count($cluster->copies("memc.sess.key.$id")), 2, "session $id has two copies");
	session_id($id);
	session_start();
	is($_SESSION, ['name' => $id], "session $id is as it was");
	session_write_close();
}
is($agent->events('unhealed'), [], 'nothing has failed');
is([$agent->terminate(), $agent->errors()], [0, ''], 'SIGTERM ends it');
is($agent->await('end')['message'], 'the agent ends', 'its last line');
is(count(glob("$state->path/*")), 1, 'one file is left: which nodes are whole');

/* Restarted while no agent runs: the next one knows. */
$cluster->restart(1);
$agent = new Agent(new CommandLine($cluster->servers()), $state);
is($agent->await('whole', $cluster->name(0))['message'], $cluster->name(0) . ' is whole already', 'what is whole is known');
$agent->awaitWhole($cluster, 1);
is(array_column($agent->events('resync'), 'node'), [$cluster->name(1)], 'only the node that was restarted is resynchronised');
foreach ($keys as $key) {
	is(count($cluster->copies($key)), 2, "$key has two copies again");
}

done();
?>
--EXPECT--
done
