--TEST--
Reads return the values that were written while a node was down, when the node is back
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
foreach ([0, 1] as $away) {
	$keys = array_map(fn($n) => $cluster->keyLedBy($client, 0, 1, "$away.$n."), ['set' => 'set', 'add' => 'add', 'multi' => 'multi', 'gone' => 'gone', 'new' => 'new']);
	foreach ($keys as $name => $key) {
		$name === 'new' || $name === 'add' || $client->set($key, 'before', 1000);
	}
	$cluster->kill($away);
	$client->set($keys['set'], 'after', 1000);
	$client->add($keys['add'], 'after', 1000);
	$client->setMulti([$keys['multi'] => 'after', $keys['new'] => 'after'], 1000);
	$client->delete($keys['gone']);
	$cluster->restart($away);
	foreach (['get' => fn($key) => $client->get($key), 'getMulti' => fn($key) => $client->getMulti([$key])[$key] ?? false] as $how => $read) {
		foreach (['set' => 'after', 'add' => 'after', 'multi' => 'after', 'new' => 'after', 'gone' => false] as $name => $value) {
			is($read($keys[$name]), $value, "node $away was down: $name, by $how");
		}
	}
	foreach (['set', 'add', 'multi', 'new'] as $name) {
		is($cluster->holds(0, $keys[$name]), 'after', "node $away is back: $name on the first node");
		is($cluster->holds(1, $keys[$name]), 'after', "node $away is back: $name on the second node");
	}
	is($cluster->copies($keys['gone']), [], "node $away is back: no node has a copy of the deleted key");
}

done();
?>
--EXPECT--
done
