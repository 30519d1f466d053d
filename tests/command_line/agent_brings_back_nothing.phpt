--TEST--
mcha agent brings back nothing that is deleted during a resync, lets writes be made good that a node has missed, and copies nothing of its own
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/agent.inc';

$cluster = new Cluster(3);
$state = new Folder();
$memory = new Folder();
$ini = ['mcha.shared_memory' => "$memory->path/memory", 'mcha.connect_timeout' => 1000, 'mcha.operation_timeout' => 1000];
$mcha = new CommandLine($cluster->servers(), $ini);
$client = $cluster->client();
$keys = array_map(fn(int $i) => "key$i", range(1, 1500));
$client->setMulti(array_fill_keys($keys, 'value'), 5000);
$agent = new Agent($mcha, $state, '--rate=200');
$agent->awaitWhole($cluster, 0, 1, 2);

/* Every other key is deleted during the resync, by another host, some before and some behind what is copied just then. */
$cluster->restart(0);
$agent->await('resync', $cluster->name(0), 2);
await_first_copy($cluster, 0, $keys);
$deleted = array_values(array_filter($keys, fn(string $key) => crc32($key) % 2));
foreach ($deleted as $key) {
	ok($client->delete($key) || $client->getResultCode() === McHA::RES_NOTFOUND, "$key is deleted");
}
$agent->await('whole', $cluster->name(0), 2);
foreach ($deleted as $key) {
	is($cluster->copies($key), [], "$key stays deleted");
}
foreach (array_diff($keys, $deleted) as $key) {
	is(count($cluster->copies($key)), 2, "$key has two copies");
}

/* A node hangs, and this host's processes delete and change keys: no process uses the pool any more when it goes on. */
$kept = array_values(array_diff($keys, $deleted));
$cluster->stop(1);
run_php(<<<'CODE'
	[, $keys] = $argv;
	$client = new McHA();
	foreach (explode(' ', $keys) as $i => $key) {
		$i % 2 ? $client->delete($key) : $client->set($key, 'newer', 5000);
	}
	CODE, [implode(' ', array_slice($kept, 0, 100))], $ini + ['mcha.servers' => $cluster->servers()]);
$agent->await('hints', $cluster->name(1));
$cluster->cont(1);
$agent->await('no-hints', $cluster->name(1));
foreach (array_slice($kept, 0, 100) as $i => $key) {
	$homes = array_slice($cluster->preference($client, $key), 0, 2);
	is(array_intersect_key($cluster->copies($key), array_flip($homes)), $i % 2 ? [] : array_fill_keys(array_intersect([0, 1, 2], $homes), 'newer'), "$key on its home nodes");
}

/* What the agent keeps in the pool is no application's. */
is($agent->terminate(), 0, 'the agent ends');
ok(!$agent->events('unhealed'), 'nothing has failed');
$own = array_values(array_filter($client->getAllKeys(), fn(string $key) => str_starts_with($key, 'mcha.')));
ok($own && preg_grep('/^mcha\.(agent|fence)\./', $own) === $own, 'its items: ' . implode(' ', $own));
is($mcha->json('check')['keys'], count(array_unique($client->getAllKeys())) - count($own), 'mcha check leaves them out');

done();
?>
--EXPECT--
done
