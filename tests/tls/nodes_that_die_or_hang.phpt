--TEST--
Over TLS, too, each key survives a node that is killed, one that hangs and one that comes back, in values, batches and sessions
--SKIPIF--
<?php $needs = ['memcached', 'tls', 'session']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$authority = new Authority();
ini_set('mcha.tls_ca', $authority->path);
$cluster = new Cluster(3, ['tls' => $authority->issue()]);
$client = $cluster->client();
$values = [];
for ($i = 0; $i < 300; $i++) {
	$values["key$i"] = str_repeat("value $i ", $i % 50);
}
foreach ([0, 1, 2] as $i) {
	ok($client->setMulti($values), 'setMulti() with all nodes');
	$cluster->kill($i);
	ok($client->getMulti(array_keys($values)) == $values, 'all values survive a killed node');
	ok($client->set('away', "node $i"), 'a write without the node');
	$cluster->restart($i);
	is($client->get('away'), "node $i", 'what was written while it was away');
	ok($client->getMulti(array_keys($values)) == $values, 'all values are there when it is back');
}

/* A node that hangs in its handshake is waited for until the connect timeout, one that hangs afterwards for its share of the time.
 * Both are longer than a slow machine lets a process stand still. */
$impatient = $cluster->client([McHA::OPT_CONNECT_TIMEOUT => 6000, McHA::OPT_OPERATION_TIMEOUT => 30000]);
$key = $cluster->keyLedBy($client, 1);
ok($client->set($key, 'value'), 'set');
$cluster->stop(1);
is($impatient->get($key), 'value', 'a node that hangs: the other copy is read');
ok(str_ends_with($impatient->getLastReplication()['failed'][$cluster->name(1)], 'TLS handshake: Connection timed out'), 'the report tells of the handshake');
$cluster->cont(1);
is($impatient->get($key), 'value', 'the node goes on');
$client->get($key); // over a connection that is open
$cluster->stop(1);
$client->setOption(McHA::OPT_OPERATION_TIMEOUT, 20000);
is($client->get($key), 'value', 'a node that hangs with the connection open');
$cluster->cont(1);

/* Sessions. */
$id = new_id();
$tls = ['mcha.tls_ca' => $authority->path];
is(visit($cluster, $id, 'session_start(); $_SESSION["n"] = 1; session_write_close(); echo "written";', $tls)->finish(), 'written', 'a session is written');
$cluster->kill(0);
is(visit($cluster, $id, 'session_start(); echo ++$_SESSION["n"];', $tls)->finish(), '2', 'a session with a node killed');
is(visit($cluster, $id, 'session_start(); echo $_SESSION["n"];', ['mcha.tls_ca' => ''])->finish() === '2', false, 'without the authority no session starts');

done();
?>
--EXPECT--
done
