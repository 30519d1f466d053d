--TEST--
A down node is probed before its retry is due when all replicas are down
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=600
mcha.retry_interval_max=600
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
$client->set('key', 'value');
$cluster->kill(0);
is($client->get('key'), 'value', 'the other replica has the value');
$client->set('other', 1);
is($client->getNodes()[0]['state'], 'down', 'node 0 is down for ten minutes');
$cluster->restart(0);
$cluster->kill(1);
foreach (['add' => fn() => $client->add('number', 1), 'increment' => fn() => $client->increment('number', 1, 1) !== false,
	'set' => fn() => $client->set('new', 1), 'get' => fn() => $client->get('new') === 1] as $name => $run) {
	ok(wait_until($run, 60) !== false, "$name: the operation asks the down node all the same");
}
is($client->increment('unheard of', 1, 1), false, 'a counter that the dead node may have is not begun anew');

/* The same with the nodes exchanged. */
$cluster->restart(1);
$cluster->kill(0);
ok(wait_until(fn() => $client->set('last', 1), 60) !== false, 'set: the operation asks the down node all the same');
is($client->get('last'), 1, 'get: the down node answers');

done();
?>
--EXPECT--
done
