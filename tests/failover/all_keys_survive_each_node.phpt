--TEST--
Three nodes, two copies: 1000 keys survive the kill and the empty restart of each node in turn
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$items = $lives = [];
for ($i = 0; $i < 1000; $i++) {
	$items["key$i"] = ['number' => $i, 'text' => md5($i)];
	$lives["key$i"] = 5000 + $i;
	$client->set("key$i", $items["key$i"], $lives["key$i"]);
}
$wrong = function (string $when) use ($client, $items): void {
	$missing = 0;
	foreach ($items as $key => $value) {
		$missing += $client->get($key) !== $value;
	}
	is($missing, 0, "$when: keys that get() does not read");
	is($client->getMulti(array_keys($items), McHA::GET_PRESERVE_ORDER), $items, "$when: getMulti() reads all keys");
};
foreach ([0, 1, 2] as $node) {
	$cluster->kill($node);
	$wrong("node $node killed");
	$cluster->restart($node);
	$wrong("node $node restarted empty");

	$alone = $elsewhere = $shortened = 0;
	foreach ($items as $key => $value) {
		$homes = array_slice($cluster->preference($client, $key), 0, 2);
		foreach ($homes as $home) {
			$item = $cluster->nodes[$home]->item($key);
			$alone += $item === null;
			$shortened += $item !== null && ($item['ttl'] < $lives[$key] - 600 || $item['ttl'] > $lives[$key]);
		}
	}
	is($alone, 0, "node $node refilled: homes without their copy");
	is($shortened, 0, "node $node refilled: copies with a wrong time to live");
}

$key = $cluster->keyLedBy($client, 1, 2);
$client->set($key, 'by hand', 400);
$cluster->delete(1, $key);
is($client->get($key), 'by hand', 'a key that the test deleted from its first node is found');
is($cluster->holds(1, $key), 'by hand', 'the read refills the first node');
between($cluster->ttl(1, $key), 350, 400, 'the refilled copy has the remaining time to live');

done();
?>
--EXPECT--
done
