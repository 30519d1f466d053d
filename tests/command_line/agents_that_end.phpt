--TEST--
One mcha agent at a time heals; another takes over from one that is ended or killed in the middle of a resync; a node that is restarted during its resync gets all copies
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/agent.inc';

$cluster = new Cluster(3);
[$state, $otherState] = [new Folder(), new Folder()];
$mcha = new CommandLine($cluster->servers());
$client = $cluster->client();
$keys = array_map(fn(int $i) => "key$i", range(1, 1800));
$client->setMulti(array_fill_keys($keys, 'value'), 5000);
$mine = count(array_filter($keys, fn(string $key) => in_array(0, array_slice($cluster->preference($client, $key), 0, 2), true)));
$copies = fn(): int => count(array_filter($keys, fn(string $key) => $cluster->holds(0, $key) !== null));
$name = $cluster->name(0);
$slow = fn(Folder $folder): Agent => new Agent($mcha, $folder, '--rate=150', '--takeover=5');

/* A first look, at full speed, so that the nodes are known to be whole. */
$agent = new Agent($mcha, $state);
$agent->awaitWhole($cluster, 0, 1, 2);
is($agent->terminate(), 0, 'the first agent ends');

/* Two agents: one stands by. */
$first = $slow($state);
$first->await('heals');
$second = $slow($otherState);
$second->await('stands-by');

/* The node is restarted twice during its resync. */
foreach ([1, 2, 3] as $time) {
	$cluster->restart(0);
	$first->await('resync', $name, $time);
	wait_until(fn() => done_keys($state) > 0, what: "the first keys to be done, $time");
}
is($second->events('resync'), [], 'the other agent does not heal');

/* Killed in the middle: the other one takes over, and begins anew as it has another folder. */
$first->process->end();
$second->await('heals');
wait_until(fn() => done_keys($otherState) > 0, what: 'the other agent to resynchronise the node');
ok($copies() < $mine, 'it has work left');

/* Ended in the middle: the next one has the same folder, and goes on. */
is($second->terminate(), 0, 'the second agent ends');
is($second->errors(), '', 'without an error');
$third = $slow($otherState);
$third->await('heals');
ok(preg_match('/going on after \d+ of \d+ keys/', $third->await('resync', $name)['message']), 'the third one goes on: ' . $third->await('resync', $name)['message']);
$fourth = new Agent($mcha, $state, '--takeover=5');
$fourth->await('stands-by');
$third->await('whole', $name);
is($copies(), $mine, 'the node has all its copies');
$fourth->await('whole', $name); // from the agent that has healed it
is($fourth->events('resync'), [], 'and has not healed');
is(count(glob("{$otherState->path}/*")), 1, 'no list of keys is left');

/* Without a lock that is given back, and without a resync under way. */
$third->process->end();
$fourth->await('heals');
$cluster->restart(0);
$fourth->await('resync', $name);
$fourth->await('whole', $name, 2);
is($copies(), $mine, 'the node has all its copies again');

done();
?>
--EXPECT--
done
