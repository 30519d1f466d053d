--TEST--
The rest of a write that was given up while a node hung does not follow when it goes on
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

/* More than a node takes in that does not read, and less than our side of the connection holds: what is sent, and not
 * received, when we give up. */
const SIZE = 700000;

$cluster = new Cluster(2);
$connections = fn(): int => (int) preg_replace('/.*STAT curr_connections (\d+).*/s', '$1', $cluster->raw(0, "stats\r\n"));
$before = $connections();
$client = new McHA(null, null, $cluster->servers());
$client->setOption(McHA::OPT_COMPRESSION, false);
$key = $cluster->keyLedBy($client, 0);
wait_until(fn() => $client->set($key, 'small') && $cluster->copies($key) === ['small', 'small'], what: 'two copies');
$cluster->stop(0);
ok($client->set($key, str_repeat('x', SIZE)), 'it hangs: the other node takes a new value');
$cluster->cont(0);
wait_until(fn() => $connections() <= $before, what: 'it to notice that we are gone');
is(strlen($cluster->holds(0, $key)), strlen('small'), 'it has not got the new one, which nobody waits for any more');
is(strlen($client->get($key)), SIZE, 'before we say so');

done();
?>
--EXPECT--
done
