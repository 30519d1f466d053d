--TEST--
An operation on very many keys ends soon after its time is over: what it has not begun is not begun, and computes nothing
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
memory_limit=1G
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

define('KEYS', getenv('MCHA_VALGRIND_LOGS') || getenv('MCHA_SANITIZER_LOGS') ? 30000 : 150000);

$cluster = new Cluster(3);
for ($i = 0; $i < KEYS; $i++) {
	$items["key$i"] = 'value';
}
$operations = [
	'setMulti' => fn(McHA $client) => $client->setMulti($items),
	'getMulti' => fn(McHA $client) => $client->getMulti(array_keys($items)),
	'deleteMulti' => fn(McHA $client) => $client->deleteMulti(array_keys($items)),
];

/* Seconds of the processor, which a busy machine does not add to. */
function seconds(callable $operation, McHA $client): float
{
	$before = getrusage();
	$operation($client);
	$after = getrusage();
	$sum = fn(array $usage) => $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'] + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e6;
	return $sum($after) - $sum($before);
}

/* Nodes that miss more than is remembered are told of to the callback, else to the log. */
function client(Cluster $cluster, array $options = []): McHA
{
	$client = $cluster->client($options);
	$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => null);
	return $client;
}

foreach ($operations as $name => $operation) {
	$whole = seconds($operation, client($cluster));
	is($name === 'setMulti' ? client($cluster)->get('key' . KEYS - 1) : 'value', 'value', "$name: all keys");
	/* with a twentieth of the time */
	$client = client($cluster, [McHA::OPT_OPERATION_TIMEOUT => max(1, (int) ($whole * 50))]);
	$part = seconds($operation, $client);
	is($client->getResultCode() !== McHA::RES_SUCCESS, true, "$name: the time was over");
	ok($part < 0.75 * $whole, "$name: $part s instead of $whole s");
	$name === 'setMulti' && client($cluster)->setMulti($items);
}

/* What was sent in time was written; and the client goes on. */
$client = client($cluster, [McHA::OPT_OPERATION_TIMEOUT => 20]);
is($client->setMulti($items), false, 'not all');
$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 40000);
wait_until(fn() => $client->set('key0', 'after'), what: 'a write of a key that may be on its way yet');
is($client->get('key0'), 'after', 'and read');

done();
?>
--EXPECT--
done
