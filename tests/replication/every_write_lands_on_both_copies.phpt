--TEST--
Every write stores the same value, flags and TTL on both home nodes
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client([McHA::OPT_COMPRESSION => false, McHA::OPT_USER_FLAGS => 7]);

function check_copies(Cluster $cluster, McHA $client, string $key, string $bytes, int $life, string $what): void
{
	$homes = array_slice($cluster->preference($client, $key), 0, 2);
	sort($homes);
	is($cluster->copies($key), array_fill_keys($homes, $bytes), "$what: the two home nodes have a copy, and no other node has one");
	is($cluster->flags($homes[0], $key), $cluster->flags($homes[1], $key), "$what: both copies have the same flags");
	foreach ($homes as $home) {
		$life > 0 ? between($cluster->ttl($home, $key), $life - 20, $life, "$what: the TTL")
			: is($cluster->ttl($home, $key), -1, "$what: no expiration");
	}
	is($client->getLastReplication()['acknowledged'], 2, "$what: two nodes acknowledged");
}

for ($i = 0; $i < 20; $i++) {
	$key = "key$i";
	$client->set($key, "v$i", 1000);
	check_copies($cluster, $client, $key, "v$i", 1000, 'set');
	$client->setMulti([$key => "w$i"], 500);
	check_copies($cluster, $client, $key, "w$i", 500, 'setMulti');
	$client->replace($key, 'r', 700);
	check_copies($cluster, $client, $key, 'r', 700, 'replace');
	$client->append($key, '>');
	check_copies($cluster, $client, $key, 'r>', 700, 'append');
	$client->prepend($key, '<');
	check_copies($cluster, $client, $key, '<r>', 700, 'prepend');
	$token = $client->get($key, null, McHA::GET_EXTENDED)['cas'];
	$client->cas($token, $key, 'c', 300);
	check_copies($cluster, $client, $key, 'c', 300, 'cas');
	$client->touch($key, 900);
	check_copies($cluster, $client, $key, 'c', 900, 'touch');
	$client->delete($key);
	is($cluster->copies($key), [], 'delete');
	$client->add($key, 'a', 600);
	check_copies($cluster, $client, $key, 'a', 600, 'add');
	$client->set($key, 5, 0);
	check_copies($cluster, $client, $key, '5', 0, 'set without an expiration');
	$client->increment($key, 3);
	check_copies($cluster, $client, $key, '8', 0, 'increment');
	$client->decrement($key, 2);
	is(array_map('trim', $cluster->copies($key)), array_map(fn() => '6', $cluster->copies($key)), 'decrement');
	$client->deleteMulti([$key]);
	is($cluster->copies($key), [], 'deleteMulti');
	$client->increment($key, 1, 40, 800);
	check_copies($cluster, $client, $key, '40', 800, 'increment with an initial value');
}

done();
?>
--EXPECT--
done
