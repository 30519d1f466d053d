--TEST--
mcha.zone_writes=local: many writes on their way are bounded, and go on in a kept pool, and after a fork
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
$settled = fn() => wait_until(fn() => $client->getVersion() && $hints() === 0, what: 'all answers to be taken');

/* So many are not waited for, and no more: the next one waits, here until the far zone is given up. */
wait_until(fn() => $client->getVersion() && $client->getLastReplication()['failed'] === [], what: 'both nodes to be connected to');
$gate->holdAnswers();
for ($count = 0; $client->set("one$count", "value $count") && $pending(); $count++) {
	is($hints(), $count + 1, 'each is put down');
}
is($count, 512, 'a bound');
is(array_keys($client->getLastReplication()['failed']), [$gate->name], 'who does not answer is waited for then');
$gate->open();
wait_until(fn() => $client->set('another', 1) && $hints() === 0, what: 'all to be made good');
for ($i = 0; $i <= $count; $i++) {
	is($cluster->holds(1, "one$i"), "value $i", "one$i is there");
}

/* By bytes, too. */
wait_until(fn() => $client->set('another', 1) && $pending(), what: 'the far zone to be as ever');
$settled();
$gate->holdAnswers();
$large = str_repeat('x', 100000);
for ($count = 0; $count < 10; $count++) {
	ok($client->set("large$count", $large) && $pending(), 'a megabyte is not waited for');
}
$gate->open();
$settled();

/* While answers come, there is no end to it. */
for ($i = 0; $i < 5000; $i++) {
	$client->set("many$i", $i) or ok(false, "many$i");
	$i % 100 or $client->get("many$i") === $i or ok(false, "many$i is read");
}
$items = array_combine(array_map(fn($i) => "multi$i", range(1, 3000)), range(1, 3000));
ok($client->setMulti($items), 'a batch that is larger than the bound');
is($client->getLastReplication()['pending'], [], 'is waited for');
$settled();
for ($i = 0; $i < 5000; $i += 97) {
	is($cluster->holds(1, "many$i"), (string) $i, "many$i");
}

/* A fork's child has nothing to do with what its parent is waiting for; nor does the parent miss anything. */
$gate->holdAnswers();
ok($client->set('parent', 'mine') && $pending(), 'on its way');
$child = pcntl_fork();
if ($child === 0) {
	$gone = $client->set('child', 'its own');
	unset($client);
	exec('kill -9 ' . getmypid());
}
wait_until(fn() => $cluster->holds(0, 'child') === 'its own', what: 'the child to write');
$gate->open();
pcntl_waitpid($child, $status);
ok($client->set('parent', 'still mine'), 'the parent goes on');
wait_until(fn() => $client->set('another', 1) && $hints() === 0, what: 'all answers to be taken');
is($cluster->holds(1, 'parent'), 'still mine', 'its writes');
is($cluster->holds(1, 'child'), 'its own', 'and its child\'s');
is($client->getNodes()[1]['state'], 'up', 'nobody was held to be down');
$client->quit();

/* A kept pool takes the answers at the request's end, or in the next one. */
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
is($ask('&set=two'), [[$gate->name], 1], 'and another');
$gate->open();
wait_until(fn() => $ask('')[1] === 0, what: 'its answers to be taken by one that comes after');
is($cluster->copies('kept'), ['two', 'two'], 'both zones have it');
$ask('&set=three');
is($ask('')[1], 0, 'one that the far zone answers has heard of it when it ends');
$fpm->end();
ok(!preg_match('/WARNING|ERROR/', $fpm->log()), 'without complaints');

done();
?>
--EXPECT--
done
