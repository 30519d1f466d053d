--TEST--
mcha.zone_writes=local: the number and size of in-flight writes are bounded; a persistent pool reads their answers later, and a forked child leaves them alone
--SKIPIF--
<?php
$needs = ['memcached', 'php-fpm'];
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip no pcntl');
}
?>
--INI--
mcha.operation_timeout=3000
mcha.connect_timeout=3000
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
$client->setOption(McHA::OPT_COMPRESSION, false);
$hints = fn(): int => array_sum(array_column($client->getNodes(), 'hints'));
$pending = fn(): bool => $client->getLastReplication()['pending'] === [$gate->name];
$await_no_hints = fn() => wait_until(fn() => $client->getVersion() && $hints() === 0, what: 'the acknowledgements of all writes to be read');

/* So many writes may be in flight: the next write waits for the far zone, here until its timeout. */
wait_until(fn() => $client->getVersion() && $client->getLastReplication()['failed'] === [], what: 'connections to both nodes');
$gate->holdAnswers();
for ($count = 0; $client->set("one$count", "value $count") && $pending(); $count++) {
	is($hints(), $count + 1, 'each in-flight write has a hint');
}
is($count, 512, 'the bound is 512 writes');
is(array_keys($client->getLastReplication()['failed']), [$gate->name], 'the write over the bound waits for the far zone and reports its timeout');
$gate->open();
wait_until(fn() => $client->set('another', 1) && $hints() === 0, what: 'hint replay to update the far zone');
for ($i = 0; $i <= $count; $i++) {
	is($cluster->holds(1, "one$i"), "value $i", "the far zone has one$i");
}

/* The size of in-flight writes is bounded, too. */
wait_until(fn() => $client->set('another', 1) && $pending(), what: 'the far zone to be up again');
$await_no_hints();
$gate->holdAnswers();
$large = str_repeat('x', 100000);
for ($count = 0; $count < 10; $count++) {
	ok($client->set("large$count", $large) && $pending(), 'a write of less than a megabyte in flight does not wait');
}
$gate->open();
$await_no_hints();

/* While the far zone answers, writes go on without limit. */
for ($i = 0; $i < 5000; $i++) {
	$client->set("many$i", $i) or ok(false, "many$i");
	$i % 100 or $client->get("many$i") === $i or ok(false, "many$i is read");
}
$items = array_combine(array_map(fn($i) => "multi$i", range(1, 3000)), range(1, 3000));
ok($client->setMulti($items), 'a batch that is larger than the bound');
is($client->getLastReplication()['pending'], [], 'the batch waits for the far zone');
$await_no_hints();
for ($i = 0; $i < 5000; $i += 97) {
	is($cluster->holds(1, "many$i"), (string) $i, "many$i");
}

/* A forked child leaves its parent's in-flight writes alone, and the parent loses none of them. */
$gate->holdAnswers();
ok($client->set('parent', 'mine') && $pending(), 'the parent has a write in flight');
$child = pcntl_fork();
if ($child === 0) {
	$gone = $client->set('child', 'its own');
	unset($client);
	exec('kill -9 ' . getmypid());
}
wait_until(fn() => $cluster->holds(0, 'child') === 'its own', what: 'the child to write');
$gate->open();
pcntl_waitpid($child, $status);
ok($client->set('parent', 'still mine'), 'the parent works afterwards');
wait_until(fn() => $client->set('another', 1) && $hints() === 0, what: 'the acknowledgements of all writes to be read');
is($cluster->holds(1, 'parent'), 'still mine', 'the far zone has the parent\'s write');
is($cluster->holds(1, 'child'), 'its own', 'the far zone has the child\'s write');
is($client->getNodes()[1]['state'], 'up', 'the far node is not held down');
$client->quit();

/* A persistent pool reads the acknowledgements at the end of the request, or in the next request. */
$fpm = new Fpm('<?php
	$client = new McHA("kept", null, $_GET["pool"]);
	if (isset($_GET["set"])) {
		$client->set("kept", $_GET["set"]);
	}
	echo json_encode([$client->getLastReplication()["pending"], $client->getNodes()[1]["hints"]]);
	', 1, ['mcha.operation_timeout' => 30000, 'mcha.connect_timeout' => 30000, 'mcha.zone_writes' => 'local', 'mcha.local_zone' => 'near']);
$ask = fn(string $more): array => json_decode($fpm->get('/?pool=' . urlencode($pool) . $more), true);
$gate->holdAnswers();
is($ask('&set=one'), [[$gate->name], 1], 'a request that ends before the far zone answers');
is($ask('&set=two'), [[$gate->name], 1], 'another such request');
$gate->open();
wait_until(fn() => $ask('')[1] === 0, what: 'a later request to read the acknowledgements');
is($cluster->copies('kept'), ['two', 'two'], 'both zones have the value');
/* On a busy machine the acknowledgement may come after the request's end: then another request tries. */
wait_until(fn() => $ask('&set=three') && $ask('')[1] === 0, what: 'a request to read the far zone\'s acknowledgement when it ends');
$fpm->end();
ok(!preg_match('/WARNING|ERROR/', $fpm->log()), 'the PHP-FPM log has no errors');

done();
?>
--EXPECT--
done
