--TEST--
Of two clients that swap the same value exactly one wins
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$client->setMulti(['a' => 0, 'b' => 0, 'c' => 0]);
$code = '
	$client = new McHA(null, null, $argv[1]);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	echo "ready\n";
	fgets(STDIN);
	foreach (["a", "b", "c"] as $key) {
		for ($i = 0; $i < 200; $i++) {
			do {
				$read = $client->get($key, null, McHA::GET_EXTENDED);
				$done = $client->cas($read["cas"], $key, $read["value"] + 1);
				if (!$done && $client->getResultCode() !== McHA::RES_DATA_EXISTS) {
					echo $client->getResultMessage(), "\n";
				}
			} while (!$done);
		}
	}';
$rivals = [new Child($code, [$cluster->servers()]), new Child($code, [$cluster->servers()])];
foreach ($rivals as $rival) {
	is($rival->hear(), 'ready', 'ready');
}
foreach ($rivals as $rival) {
	$rival->tell('go');
}
foreach ($rivals as $rival) {
	is($rival->finish(), '', 'nothing went wrong');
}
foreach (['a', 'b', 'c'] as $key) {
	is($client->get($key), 400, "$key: every swap counted once");
	is($cluster->copies($key)[$cluster->preference($client, $key)[0]], '400', "$key: on the first node");
}

$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'one');
$read = $client->get($key, null, McHA::GET_EXTENDED);
$cluster->delete(0, $key);
$again = $client->get($key, null, McHA::GET_EXTENDED);
is($again['value'], 'one', 'a lost first copy is read from the second');
ok($client->cas($again['cas'], $key, 'two'), 'and its token is good');
is(array_values($cluster->copies($key)), ['two', 'two'], 'on both');
is($client->cas($read['cas'], $key, 'three'), false, 'an older token is not');

done();
?>
--EXPECT--
done
