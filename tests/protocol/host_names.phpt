--TEST--
Nodes are reached by name, at whichever of its addresses answers
--SKIPIF--
<?php $needs = ['memcached', 'localhost']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* localhost may be 127.0.0.1 and ::1, and the nodes listen at one of them. */
$cluster = new Cluster(2, ['name' => 'localhost']);
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
	$key = $cluster->keyLedBy($client, 0, null, $protocol);
	ok($client->set($key, 'value'), "$protocol: set");
	is($cluster->copies($key), ['value', 'value'], "$protocol: on both");
	is($client->get($key), 'value', "$protocol: get");
	is($client->getServerList()[0]['host'], 'localhost', "$protocol: by its name");
}
$client = new McHA();
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
$client->addServer('no-such-host.invalid', 11211);
is($client->get('key'), false, 'a name that nobody has');
is(result($client), 'RES_HOST_LOOKUP_FAILURE', 'is not found');
ok(!$client->set('key', 1), 'nor written to');
$client->addServer('localhost', $cluster->nodes[0]->number);
for ($i = 0; $client->getReplicas($key = "key$i")[0]['host'] === 'localhost'; $i++) {
}
ok($client->set($key, 'value'), 'its copy is');
is($client->get($key), 'value', 'and read');
is(array_keys($client->getLastReplication()['failed']), ['no-such-host.invalid:11211'], 'it is named');

/* A name that nobody has costs no operation more than its timeout, and is written to where it has a copy. */
foreach (['meta', 'text', 'binary'] as $protocol) {
	$client = new McHA();
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_PROTOCOL => $protocol]);
	foreach (['no-such-host.invalid', 'no-such-host-either.invalid'] as $host) {
		$client->addServer($host, 11211);
	}
	ok(!$client->set('key', 1), "$protocol: nobody is there");
	is(result($client), 'RES_HOST_LOOKUP_FAILURE', "$protocol: because nobody has the name");
	ok(str_contains($client->getLastErrorMessage(), 'host name not resolved'), "$protocol: and it is said so: " . $client->getLastErrorMessage());
	$client->addServer('localhost', $cluster->nodes[0]->number);
	$client->setOption(McHA::OPT_NUMBER_OF_REPLICAS, 2);
	ok($client->set('key', "value by $protocol"), "$protocol: one copy can be written");
	is($client->get('key'), "value by $protocol", "$protocol: and read");
	is(count($client->getNodes()), 3, "$protocol: the others stay nodes");
}

done();
?>
--EXPECT--
done
