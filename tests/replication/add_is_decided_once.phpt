--TEST--
If two clients add the same key at the same time, exactly one of them succeeds
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$code = '
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	echo "ready\n";
	fgets(STDIN);
	for ($i = 0; $i < 500; $i++) {
		if ($client->add("key$i", $argv[2])) {
			echo "$i\n";
		} elseif ($client->getResultCode() !== McHA::RES_NOTSTORED) {
			echo $client->getResultMessage(), "\n";
		}
	}';
$rivals = ['one' => new Child($code, [$cluster->servers(), 'one']), 'two' => new Child($code, [$cluster->servers(), 'two'])];
foreach ($rivals as $rival) {
	is($rival->hear(), 'ready', 'ready');
}
foreach ($rivals as $rival) {
	$rival->tell('go');
}
$winners = [];
foreach ($rivals as $name => $rival) {
	foreach (explode("\n", trim($rival->finish())) as $number) {
		if ($number !== '') {
			ok(!isset($winners[$number]), "no second client added key$number");
			$winners[$number] = $name;
		}
	}
}
is(count($winners), 500, 'each key was added');
foreach ($winners as $number => $name) {
	is(array_values($cluster->copies("key$number")), [$name, $name], "both copies of key$number have the value of the client that succeeded");
}

$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'there', 500);
$cluster->delete(0, $key);
is($client->add($key, 'new'), false, 'add() fails if only the second home node has the key');
is(result($client), 'RES_NOTSTORED', 'the result says that the key exists');
is($cluster->holds(1, $key), 'there', 'the second home node\'s copy is unchanged');
is($client->get($key), 'there', 'the read finds the value');
is($cluster->holds(0, $key), 'there', 'the first home node has the value, too');
between($cluster->ttl(0, $key), 450, 500, 'the restored copy has the remaining TTL');

$client = $cluster->client([McHA::OPT_NUMBER_OF_REPLICAS => 2]);
foreach (['add() of a value' => 'left', 'lock()' => 'mcha.lock.held'] as $what => $key) {
	[$first, $second, $third] = $cluster->preference($client, substr($key, strrpos(".$key", '.')));
	$cluster->raw($third, "ms $key 5 T500\r\nthere\r\n");
	$cluster->raw($second, "ms $key 5 T1\r\nthere\r\n");
	$added = $key === 'left' ? $client->add($key, 'new') : $client->lock('held', 10) !== null;
	is([$added, result($client)], [false, 'RES_NOTSTORED'], "$what fails if the second home node's copy ends at that moment and the third one's does not");
	is($cluster->holds($third, $key), 'there', "$what: the third home node's copy is unchanged");
	is($cluster->holds($first, $key), null, "$what: the first home node has no copy");
}

done();
?>
--EXPECT--
done
