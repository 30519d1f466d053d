--TEST--
mcha.zone_writes=local: a write waits for the local zone; the other zone gets it in the same round and acknowledges asynchronously
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.operation_timeout=40000
mcha.connect_timeout=20000
mcha.zone_writes=local
mcha.local_zone=near
mcha.read_policy=nearest
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$gate = new Gate($cluster->nodes[1]);
$pool = $cluster->name(0) . "?zone=near,$gate->name?zone=far";
$client = new McHA(null, null, $pool);
$hints = fn(): int => array_sum(array_column($client->getNodes(), 'hints'));
$report = fn(): array => array_intersect_key($client->getLastReplication(), ['copies' => 0, 'acknowledged' => 0, 'failed' => 0, 'pending' => 0]);
$near = ['copies' => 2, 'acknowledged' => 1, 'failed' => [], 'pending' => [$gate->name]];

/* The gate holds every answer of the far zone: an operation that returns has not waited for the far zone. */
wait_until(fn() => $client->getVersion() && $client->getLastReplication()['failed'] === [], what: 'connections to both nodes');
$gate->holdAnswers();
$writes = [
	'set' => fn() => $client->set('a', 'one'),
	'set again' => fn() => $client->set('a', 'two'),
	'set of a number' => fn() => $client->set('n', 5),
	'append' => fn() => $client->setOption(McHA::OPT_COMPRESSION, false) && $client->append('a', ' three'),
	'touch' => fn() => $client->touch('a', 1000),
	'increment' => fn() => $client->increment('n', 3) === 8,
	'increment from a first value' => fn() => $client->increment('new', 1, 10) === 10,
	'setMulti' => fn() => $client->setMulti(['x' => 1, 'y' => 2, 'z' => 3]),
	'delete' => fn() => $client->delete('x'),
	'deleteMulti' => fn() => $client->deleteMulti(['y']) === ['y' => true],
];
foreach ($writes as $name => $write) {
	ok($write(), "$name returns");
	is($report(), $near, "the near node acknowledged $name; the far node's acknowledgement is pending");
}
ok($hints() > 0, 'each in-flight write has a hint');
is($client->getMulti(['a', 'n', 'new', 'z'], McHA::GET_PRESERVE_ORDER), ['a' => 'two three', 'n' => 8, 'new' => '10', 'z' => 3],
	'the near node answers reads');
/* the write was sent; the node of a busy machine may take time to carry it out */
wait_until(fn() => $cluster->holds(1, 'a') === 'two three', what: 'the far copy to be written');

/* The gate opens: the next operations read the acknowledgements and clear the hints. */
$gate->open();
wait_until(fn() => $client->get('a') === 'two three' && $hints() === 0, what: 'the acknowledgements to be read');
foreach (['a', 'n', 'new', 'x', 'y', 'z'] as $key) {
	is($cluster->holds(1, $key), $cluster->holds(0, $key), "$key: both copies are equal");
}
is($cluster->ttl(1, 'a') > 900, true, 'the far copy is touched, too');

/* A read of the far node uses the same connection as the writes before it, so its answer follows theirs. */
$connections = fn(): int => (int) preg_replace('/.*STAT total_connections (\d+).*/s', '$1', $cluster->raw(1, "stats\r\n"));
$before = $connections();
$gate->holdAnswers();
ok($client->set('own', 'old') && $client->set('own', 'new'), 'two writes of one key');
$cluster->delete(0, 'own');
$gate->open();
is($client->get('own'), 'new', 'the near node lost the key: the far node returns the value written last');
is($connections(), $before + 1, 'the read used the existing connection');

/* An operation that one node decides, or that needs more acknowledgements, waits for the far node. */
$key = 'decided';
ok($client->add($key, 1), 'add');
is($report()['pending'], [], 'add() waits for both nodes');
ok($client->replace($key, 2), 'replace');
is($report()['pending'], [], 'replace() waits for both nodes');
$token = $client->get($key, null, McHA::GET_EXTENDED)['cas'];
ok($client->cas($token, $key, 3), 'cas');
is($report()['pending'], [], 'cas() waits for both nodes');
foreach (['majority', 'all'] as $quorum) {
	$client->setOption(McHA::OPT_WRITE_QUORUM, $quorum);
	ok($client->set($key, 4), $quorum);
	is($report(), ['copies' => 2, 'acknowledged' => 2, 'failed' => [], 'pending' => []], "quorum $quorum: both nodes acknowledge");
}
$client->setOption(McHA::OPT_WRITE_QUORUM, 'one');
ok(!$client->delete('nowhere'), 'the near node does not have the key, the far node might');
is([$client->getResultCode(), $report()['acknowledged']], [McHA::RES_NOTFOUND, 2], 'delete() asks both nodes');
is($client->increment('nowhere'), false, 'increment() asks both nodes');

/* A key without a copy in the local zone, and a pool without zones. */
foreach ([[McHA::OPT_LOCAL_ZONE => 'elsewhere'], [McHA::OPT_LOCAL_ZONE => ''], [McHA::OPT_ZONE_WRITES => 'all', McHA::OPT_LOCAL_ZONE => 'near'],
	[McHA::OPT_ZONE_WRITES => McHA::ZONE_WRITES_LOCAL, McHA::OPT_ALLOW_FAILOVER => false]] as $options) {
	ok($client->setOptions($options) && $client->set('a', 1), 'the value is written');
	is($report(), ['copies' => 2, 'acknowledged' => 2, 'failed' => [], 'pending' => []], 'the write waits for all nodes: ' . json_encode($options));
}
is($client->getOption(McHA::OPT_ZONE_WRITES), McHA::ZONE_WRITES_LOCAL, 'the option returns its value');
is((new McHA())->getOption(McHA::OPT_ZONE_WRITES), McHA::ZONE_WRITES_LOCAL, 'the directive is the option\'s default');
ok(!@$client->setOption(McHA::OPT_ZONE_WRITES, 'far'), 'an unknown policy is refused');

/* The destructor of an object reads the acknowledgements of all its in-flight writes. */
$client->setOptions([McHA::OPT_ALLOW_FAILOVER => true, McHA::OPT_LOCAL_ZONE => 'near']);
$last = new McHA(null, null, $pool);
$gate->holdAnswers();
ok($last->set('last', 'words') && $last->getLastReplication()['pending'] === [$gate->name], 'a first write, to a far node whose protocol is not yet detected');
is($cluster->holds(1, 'last'), null, 'the write is not sent before detection');
$gate->open();
unset($last);
is($cluster->holds(1, 'last'), 'words', 'the destructor sends the write');
is($hints(), 0, 'the destructor reads the acknowledgement');

done();
?>
--EXPECT--
done
