--TEST--
Of two clients that add the same key at the same time exactly one wins
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
			ok(!isset($winners[$number]), "nobody else won key$number");
			$winners[$number] = $name;
		}
	}
}
is(count($winners), 500, 'somebody won each key');
foreach ($winners as $number => $name) {
	is(array_values($cluster->copies("key$number")), [$name, $name], "key$number has the winner's value on both copies");
}

$client = $cluster->client();
$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'there', 500);
$cluster->delete(0, $key);
is($client->add($key, 'new'), false, 'what only the second copy holds is not added');
is(result($client), 'RES_NOTSTORED', 'because it exists');
is($cluster->holds(1, $key), 'there', 'it stays');
is($client->get($key), 'there', 'and is found');
is($cluster->holds(0, $key), 'there', 'on both nodes');
between($cluster->ttl(0, $key), 450, 500, 'with its life');

done();
?>
--EXPECT--
done
