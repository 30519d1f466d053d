--TEST--
A node that hung does not receive the rest of an abandoned write when it goes on
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if ((int) (preg_split('/\s+/', (string) @file_get_contents('/proc/sys/net/ipv4/tcp_rmem'))[1] ?? 0) > 350000) {
	die('skip what a socket takes in unread is not small');
}
?>
--INI--
mcha.operation_timeout=4000
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* More than the node's kernel accepts while the node does not read, and less than this side's socket buffer holds: the
 * client has sent the whole write, but the node has not received it, when the client abandons it. */
const SIZE = 700000;

$cluster = new Cluster(2);
$connections = fn(): int => (int) preg_replace('/.*STAT curr_connections (\d+).*/s', '$1', $cluster->raw(0, "stats\r\n"));
$before = $connections();
$client = new McHA(null, null, $cluster->servers());
$client->setOption(McHA::OPT_COMPRESSION, false);
$key = $cluster->keyLedBy($client, 0);
wait_until(fn() => $client->set($key, 'small') && $cluster->copies($key) === ['small', 'small'], what: 'two copies');
$cluster->stop(0);
ok($client->set($key, str_repeat('x', SIZE)), 'the node hangs: the other node accepts a new value');
$cluster->cont(0);
wait_until(fn() => $connections() <= $before, what: 'the node to notice that the client has closed the connection');
is(strlen($cluster->holds(0, $key)), strlen('small'), 'the node has not applied the abandoned write');
is(strlen($client->get($key)), SIZE, 'get() returns the new value from the other node');

done();
?>
--EXPECT--
done
