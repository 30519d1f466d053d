--TEST--
If two clients swap the same value at the same time, exactly one of them succeeds
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
	is($rival->finish(), '', 'the other client reports no error');
}
foreach (['a', 'b', 'c'] as $key) {
	is($client->get($key), 400, "$key: every successful swap counted once");
	is($cluster->copies($key)[$cluster->preference($client, $key)[0]], '400', "$key: the first home node has the final value");
}

$key = $cluster->keyLedBy($client, 0, 1);
$client->set($key, 'one');
$read = $client->get($key, null, McHA::GET_EXTENDED);
$cluster->delete(0, $key);
$again = $client->get($key, null, McHA::GET_EXTENDED);
is($again['value'], 'one', 'the value is read from the second home node when the first has lost its copy');
ok($client->cas($again['cas'], $key, 'two'), 'the token of that read is valid');
is(array_values($cluster->copies($key)), ['two', 'two'], 'both copies are swapped');
is($client->cas($read['cas'], $key, 'three'), false, 'an older token is not valid');

done();
?>
--EXPECT--
done
