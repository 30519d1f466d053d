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

/* Nothing of what the far zone answers comes through: whatever returns has not waited for it. */
wait_until(fn() => $client->getVersion() && $client->getLastReplication()['failed'] === [], what: 'both nodes to be connected to');
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
	is($report(), $near, "$name was acknowledged here, and sent there");
}
ok($hints() > 0, 'what is on its way is put down');
is($client->getMulti(['a', 'n', 'new', 'z'], McHA::GET_PRESERVE_ORDER), ['a' => 'two three', 'n' => 8, 'new' => '10', 'z' => 3],
	'reads are answered here');
/* it was sent, and a busy machine's node may take its time to carry it out */
wait_until(fn() => $cluster->holds(1, 'a') === 'two three', what: 'the far copy to be written all the same');

/* The answers come: the next operations take them, and nothing is owed. */
$gate->open();
wait_until(fn() => $client->get('a') === 'two three' && $hints() === 0, what: 'the answers to be taken');
foreach (['a', 'n', 'new', 'x', 'y', 'z'] as $key) {
	is($cluster->holds(1, $key), $cluster->holds(0, $key), "$key: both copies are the same");
}
is($cluster->ttl(1, 'a') > 900, true, 'touched there, too');

/* What is asked of the far node is answered behind what it was sent before, over the same connection. */
$connections = fn(): int => (int) preg_replace('/.*STAT total_connections (\d+).*/s', '$1', $cluster->raw(1, "stats\r\n"));
$before = $connections();
$gate->holdAnswers();
ok($client->set('own', 'old') && $client->set('own', 'new'), 'two writes of one key');
$cluster->delete(0, 'own');
$gate->open();
is($client->get('own'), 'new', 'lost here, read there: what was written last');
is($connections(), $before + 1, 'by the connection that there was');

/* Whatever is decided by one node, and whatever wants more acknowledgements, waits. */
$key = 'decided';
ok($client->add($key, 1), 'add');
is($report()['pending'], [], 'add waits for all');
ok($client->replace($key, 2), 'replace');
is($report()['pending'], [], 'replace waits for all');
$token = $client->get($key, null, McHA::GET_EXTENDED)['cas'];
ok($client->cas($token, $key, 3), 'cas');
is($report()['pending'], [], 'cas waits for all');
foreach (['majority', 'all'] as $quorum) {
	$client->setOption(McHA::OPT_WRITE_QUORUM, $quorum);
	ok($client->set($key, 4), $quorum);
	is($report(), ['copies' => 2, 'acknowledged' => 2, 'failed' => [], 'pending' => []], "$quorum: of two copies both");
}
$client->setOption(McHA::OPT_WRITE_QUORUM, 'one');
ok(!$client->delete('nowhere'), 'what is not here may be there');
is([$client->getResultCode(), $report()['acknowledged']], [McHA::RES_NOTFOUND, 2], 'so both are asked');
is($client->increment('nowhere'), false, 'the same of a counter');

/* A key without a copy here, and no zone at all. */
foreach ([[McHA::OPT_LOCAL_ZONE => 'elsewhere'], [McHA::OPT_LOCAL_ZONE => ''], [McHA::OPT_ZONE_WRITES => 'all', McHA::OPT_LOCAL_ZONE => 'near'],
	[McHA::OPT_ZONE_WRITES => McHA::ZONE_WRITES_LOCAL, McHA::OPT_ALLOW_FAILOVER => false]] as $options) {
	ok($client->setOptions($options) && $client->set('a', 1), 'written');
	is($report(), ['copies' => 2, 'acknowledged' => 2, 'failed' => [], 'pending' => []], 'everybody is waited for: ' . json_encode($options));
}
is($client->getOption(McHA::OPT_ZONE_WRITES), McHA::ZONE_WRITES_LOCAL, 'the option is remembered');
is((new McHA())->getOption(McHA::OPT_ZONE_WRITES), McHA::ZONE_WRITES_LOCAL, 'the directive is its default');
ok(!@$client->setOption(McHA::OPT_ZONE_WRITES, 'far'), 'there is no such policy');

/* An object that goes away has heard of all that it wrote. */
$client->setOptions([McHA::OPT_ALLOW_FAILOVER => true, McHA::OPT_LOCAL_ZONE => 'near']);
$last = new McHA(null, null, $pool);
$gate->holdAnswers();
ok($last->set('last', 'words') && $last->getLastReplication()['pending'] === [$gate->name], 'its first write, to a node that has not even said what it is');
is($cluster->holds(1, 'last'), null, 'which is not told it before');
$gate->open();
unset($last);
is($cluster->holds(1, 'last'), 'words', 'has come when it ends');
is($hints(), 0, 'and was acknowledged');

done();
?>
--EXPECT--
done
