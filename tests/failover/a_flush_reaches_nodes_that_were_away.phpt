--TEST--
What was flushed while a node was away is not found on it again when it is back, nor brought to other nodes
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

/* None of them may be found, at any time until the node is back and has been flushed. */
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
		is($client->flush(), false, "$case: a flush that misses a node says so");
		ok($client->getNodes()[1]['hints'] > 0, "$case: and is owed");
		$how === 'stopped' ? $cluster->cont(1) : $cluster->restart(1);
		await_flushed($cluster, $client, keys($how), 1, $case);
		ok($client->set('after', 'it') && $client->get('after') === 'it', "$case: what is written afterwards stays");
		wait_until(fn() => $client->set('after', 'it') && count($cluster->copies('after')) === 2, what: "$case: both copies of it");
	}
}

/* Another process of the same master, as in PHP-FPM; and a node of the former pool. */
$cluster = new Cluster(4);
$former = implode(',', array_map(fn(int $i) => $cluster->name($i), [1, 2, 3]));
$present = implode(',', array_map(fn(int $i) => $cluster->name($i), [0, 1, 2]));
$writer = new McHA(null, null, $former);
foreach (keys('former') as $key) {
	wait_until(fn() => $writer->set($key, 'flushed') && count($cluster->copies($key)) === 2, what: 'two copies');
}
ini_set('mcha.previous_servers', $former);
$client = new McHA(null, null, $present);
$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 3000);
is($client->getNodes()[3]['role'] ?? null, 'previous', 'a node is of the former pool alone');
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
ok($client->getNodes()[3]['hints'] > 0, 'another process has flushed: the former node owes it');
ok($client->getNodes()[1]['hints'] > 0, 'and the one that is a node still');
$cluster->cont(1);
$cluster->cont(3);
await_flushed($cluster, $client, keys('former'), 3, 'former pool');
await_flushed($cluster, $client, keys('former'), 1, 'former pool');

/* A flush that is to come: until then everything is there. */
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
}, what: 'the later flush to take place');
foreach ($late as $key) {
	is($client->get($key), false, 'what a later flush has flushed is gone');
	is($cluster->copies($key), [], 'from both nodes');
}

done();
?>
--EXPECT--
done
