--TEST--
An operation on very many keys ends soon after its timeout: keys that are not sent by then cost no computation
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

/* Processor seconds, which a busy machine does not inflate. */
function seconds(callable $operation, McHA $client): float
{
	$before = getrusage();
	$operation($client);
	$after = getrusage();
	$sum = fn(array $usage) => $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'] + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e6;
	return $sum($after) - $sum($before);
}

/* When the hint table is full, the failure callback is told; without a callback the log would be. */
function client(Cluster $cluster, array $options = []): McHA
{
	$client = $cluster->client($options);
	$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => null);
	return $client;
}

foreach ($operations as $name => $operation) {
	$whole = seconds($operation, client($cluster));
	is($name === 'setMulti' ? client($cluster)->get('key' . KEYS - 1) : 'value', 'value', "$name: all keys are written");
	/* with a twentieth of the time */
	$client = client($cluster, [McHA::OPT_OPERATION_TIMEOUT => max(1, (int) ($whole * 50))]);
	$part = seconds($operation, $client);
	is($client->getResultCode() !== McHA::RES_SUCCESS, true, "$name: the operation timed out");
	ok($part < 0.75 * $whole, "$name: $part s instead of $whole s");
	$name === 'setMulti' && client($cluster)->setMulti($items);
}

/* Values that were sent before the timeout are written, and the client works afterwards. */
$client = client($cluster, [McHA::OPT_OPERATION_TIMEOUT => 20]);
is($client->setMulti($items), false, 'setMulti() cannot write all keys in time');
$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 40000);
wait_until(fn() => $client->set('key0', 'after'), what: 'a write of a key whose earlier write may still be in flight');
is($client->get('key0'), 'after', 'that write is read');

done();
?>
--EXPECT--
done
