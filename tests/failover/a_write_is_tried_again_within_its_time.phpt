--TEST--
OPT_STORE_RETRY_COUNT: a write that failed is tried again, as often as said, and within the time limit of one operation
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* The node closes the connection at each write, $late seconds after it has come. */
function tries(int $retries, float $late, array $options = []): int
{
	$cluster = new Cluster(1);
	$server = new BadServer([['match' => '/^ms key /', 'late' => $late, 'reply' => '', 'close' => true]], $cluster->nodes[0]);
	$client = new McHA(null, null, $server->name);
	$client->setOptions($options + [McHA::OPT_STORE_RETRY_COUNT => $retries, McHA::OPT_NUMBER_OF_REPLICAS => 0,
		McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	is($client->set('key', 'value'), false, 'the write fails');
	is($client->set('other', 'value'), true, 'the next operation has its own time');
	return count($server->seen('/^ms key /'));
}

is(tries(0, 0), 1, 'no retries');
is(tries(3, 0), 4, 'three retries');
/* of 101 tries, as many as there is time for */
between(tries(100, 0.1, [McHA::OPT_OPERATION_TIMEOUT => 500]), 1, 6, 'retries within half a second, each a tenth');

done();
?>
--EXPECT--
done
