--TEST--
A value that was flushed while a node was down is not read from that node when it is back, nor copied from it to other nodes
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=1
mcha.retry_interval_max=1
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const KEYS = 50;

function keys(string $name): array
{
	return array_map(fn(int $i): string => "$name$i", range(1, KEYS));
}

/* Fails if a read finds a flushed key before the node is back and has been flushed. */
function await_flushed(Cluster $cluster, McHA $client, array $keys, int $away, string $case): void
{
	wait_until(function () use ($client, $keys, $away, $case) {
		foreach ($keys as $key) {
			if ($client->get($key) !== false) {
				throw new RuntimeException("$case: $key is found");
			}
		}
		$node = $client->getNodes()[$away];
		return $node['state'] === 'up' && $node['hints'] === 0;
	}, what: "$case: the node to be back");
	foreach ($keys as $key) {
		is($cluster->copies($key), [], "$case: no node has $key");
	}
}

foreach ([McHA::PROTOCOL_META, McHA::PROTOCOL_TEXT, McHA::PROTOCOL_BINARY] as $protocol) {
	$cluster = new Cluster(3);
	$options = [McHA::OPT_PROTOCOL => $protocol, McHA::OPT_OPERATION_TIMEOUT => 3000];
	$client = $cluster->client($options);
	foreach (['stopped', 'killed'] as $how) {
		$case = "protocol $protocol, $how";
		foreach (keys($how) as $key) {
			wait_until(fn() => $client->set($key, 'flushed') && count($cluster->copies($key)) === 2, what: "$case: two copies");
		}
		$how === 'stopped' ? $cluster->stop(1) : $cluster->kill(1);
		is($client->flush(), false, "$case: a flush that misses a node returns false");
		ok($client->getNodes()[1]['hints'] > 0, "$case: the node has a hint for the flush");
		$how === 'stopped' ? $cluster->cont(1) : $cluster->restart(1);
		await_flushed($cluster, $client, keys($how), 1, $case);
		ok($client->set('after', 'it') && $client->get('after') === 'it', "$case: a value written after the flush stays");
		wait_until(fn() => $client->set('after', 'it') && count($cluster->copies('after')) === 2, what: "$case: both copies of that value");
	}
}

/* Another process of the same master flushes, as in PHP-FPM; one of the nodes is of the previous pool. */
$cluster = new Cluster(4);
$previous = implode(',', array_map(fn(int $i) => $cluster->name($i), [1, 2, 3]));
$present = implode(',', array_map(fn(int $i) => $cluster->name($i), [0, 1, 2]));
$writer = new McHA(null, null, $previous);
foreach (keys('previous') as $key) {
	wait_until(fn() => $writer->set($key, 'flushed') && count($cluster->copies($key)) === 2, what: 'two copies');
}
ini_set('mcha.previous_servers', $previous);
$client = new McHA(null, null, $present);
$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 3000);
is($client->getNodes()[3]['role'] ?? null, 'previous', 'node 3 belongs to the previous pool only');
$cluster->stop(3);
$cluster->stop(1);
$child = pcntl_fork();
if ($child === 0) {
	$own = new McHA(null, null, $present);
	$own->setOption(McHA::OPT_OPERATION_TIMEOUT, 3000);
	$own->flush();
	exit(0);
}
pcntl_waitpid($child, $status);
ok($client->getNodes()[3]['hints'] > 0, 'after the flush by another process the previous node has a hint');
ok($client->getNodes()[1]['hints'] > 0, 'after the flush by another process node 1 has a hint');
$cluster->cont(1);
$cluster->cont(3);
await_flushed($cluster, $client, keys('previous'), 3, 'previous pool');
await_flushed($cluster, $client, keys('previous'), 1, 'previous pool');

/* A delayed flush. */
ini_set('mcha.previous_servers', '');
$cluster = new Cluster(2);
$client = $cluster->client([McHA::OPT_OPERATION_TIMEOUT => 3000]);
foreach (keys('later') as $key) {
	wait_until(fn() => $client->set($key, 'flushed') && count($cluster->copies($key)) === 2, what: 'two copies');
}
$cluster->stop(1);
$client->flush(5);
$cluster->cont(1);
$late = keys('later');
wait_until(function () use ($client, $late) {
	$found = array_filter($late, fn(string $key) => $client->get($key) !== false);
	$node = $client->getNodes()[1];
	return !$found && $node['state'] === 'up' && $node['hints'] === 0;
}, what: 'the delayed flush to take place');
foreach ($late as $key) {
	is($client->get($key), false, 'a value is gone after the delayed flush');
	is($cluster->copies($key), [], 'no node has a copy after the delayed flush');
}

done();
?>
--EXPECT--
done
