--TEST--
With OPT_STORE_RETRY_COUNT the client repeats a failed write up to that number of times, within the timeout of one operation
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* The number of writes that a node sees if it closes the connection $late seconds after each write. */
function tries(int $retries, float $late, array $options = []): int
{
	$cluster = new Cluster(1);
	$server = new BadServer([['match' => '/^ms key /', 'late' => $late, 'reply' => '', 'close' => true]], $cluster->nodes[0]);
	$client = new McHA(null, null, $server->name);
	$client->setOptions($options + [McHA::OPT_STORE_RETRY_COUNT => $retries, McHA::OPT_NUMBER_OF_REPLICAS => 0,
		McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	is($client->set('key', 'value'), false, 'the write fails');
	is($client->set('other', 'value'), true, 'the next operation has its own timeout');
	return count($server->seen('/^ms key /'));
}

is(tries(0, 0), 1, 'writes without retries');
is(tries(3, 0), 4, 'writes with three retries');
/* of 101 tries, as many as the timeout allows */
between(tries(100, 0.1, [McHA::OPT_OPERATION_TIMEOUT => 500]), 1, 6, 'writes within half a second, each takes a tenth of a second');

done();
?>
--EXPECT--
done
