--TEST--
mcha resync brings back nothing that is deleted meanwhile, keeps what is newer, and undoes no change that reaches a node late
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(3);
$state = new Folder();
$mcha = new CommandLine($cluster->servers());
$client = $cluster->client();

/* Operations of another host, which have come to node 0 before the resync stores its copy there, and come to node 1 after
 * the resync has read it. */
$key = fn(string $what): string => $cluster->keyLedBy($client, 0, 1, $what === 'appended' ? '7' : "$what."); // one is a number
$late = [
	'deleted' => fn(string $key) => $cluster->delete(1, $key),
	'appended' => fn(string $key) => $cluster->raw(1, "append $key 0 0 5\r\n more\r\n"),
	'set' => fn(string $key) => [$cluster->raw(1, "set $key 0 0 5\r\nnewer\r\n"), $cluster->raw(0, "set $key 0 0 5\r\nnewer\r\n")],
	'kept' => fn(string $key) => null,
];
foreach (array_keys($late) as $what) {
	$cluster->raw(1, 'set ' . $key($what) . " 0 1000 5\r\nvalue\r\n");
}
[$process, $output, $errors] = $mcha->start('resync', $cluster->name(0), '--json', "--state=$state->path", '--after=3');
foreach ($late as $what => $operation) {
	wait_until(fn() => $cluster->holds(0, $key($what)) !== null, what: "the copy of the key that is $what");
	$operation($key($what));
}
is($process->wait(), 0, 'the exit code');
$result = json_decode(file_get_contents($output), true);
is($cluster->copies($key('deleted')), [], 'a deletion that comes to a node late');
is($cluster->copies($key('appended')), ['value more', 'value more'], 'an append that comes to a node late');
is($cluster->copies($key('set')), ['newer', 'newer'], 'a new value');
is($cluster->copies($key('kept')), ['value', 'value'], 'a key that is left alone');
/* A deletion that comes before the repair's own look at the source is noticed there. */
between($result['taken_back'], 1, 2, 'the copies that were taken back');

/* The same, where the operation comes to node 1 between the repair's read and its end. */
require_once dirname(__DIR__, 2) . '/cli/autoload.php';
$spaces = new McHA\Cli\Sweep\Spaces($cluster->servers(), []);
$space = $spaces->all()[array_key_last($spaces->all())];
foreach (['deleted' => [], 'appended' => [1 => 'value more'], 'set' => [1 => 'newer'], 'kept' => [0 => 'value', 1 => 'value']] as $what => $left) {
	$cluster->empty(0, 1);
	$cluster->raw(1, 'set ' . $key($what) . " 0 1000 5\r\nvalue\r\n");
	$aftercheck = new McHA\Cli\Resync\Aftercheck($spaces, McHA\Cli\Sweep\Incarnations::ofAll($spaces->pool()), 3);
	$before = $aftercheck->before($space, [$key($what)]);
	$cluster->raw(0, 'add ' . $key($what) . " 0 1000 5\r\nvalue\r\n"); // the repair
	$what === 'set' ? $cluster->raw(1, 'set ' . $key('set') . " 0 0 5\r\nnewer\r\n") : $late[$what]($key($what));
	$aftercheck->add($space, [$key($what)], $before);
	$aftercheck->hurry();
	is(array_column($aftercheck->settle(), 1), in_array($what, ['appended', 'set'], true) ? [$key($what)] : [], "$what: keys that are repaired again");
	is($cluster->copies($key($what)), $left, "$what: the copies");
}

/* A node that is restarted meanwhile has lost its copies: that is no deletion. */
$cluster->empty(0, 1, 2);
$cluster->raw(1, 'set ' . $key('kept') . " 0 1000 5\r\nvalue\r\n");
$reads = fn(): int => preg_match('/^STAT get_hits (\d+)/m', $cluster->raw(1, "stats\r\n"), $found) ? (int) $found[1] : 0;
$before = $reads();
[$process, $output, $errors] = $mcha->start('resync', $cluster->name(0), '--json', "--state=$state->path", '--after=3');
wait_until(fn() => $cluster->holds(0, $key('kept')) !== null, what: 'the copy');
/* It looks at its source right behind the copy, and once more after three seconds: the restart is in between. */
wait_until(fn() => $reads() - $before >= 5, what: 'the look behind the copy, the fifth read of the source');
$cluster->restart(1);
$process->wait();
is($cluster->copies($key('kept')), [0 => 'value'], 'the source is restarted after the repair');

/* What the node has is not replaced, and neither locks nor the journal are copied. */
$cluster->empty(0, 1, 2);
$both = $key('both');
$cluster->raw(0, "set $both 0 0 5\r\nnewer\r\n");
$cluster->raw(1, "set $both 0 0 5\r\nolder\r\n");
$own = ['mcha.lock.x', 'mcha.fence.x', 'mcha.lease.x', 'mcha:journal', 'mcha:journal:0', 'memc.sess.key.lock.x'];
foreach ($own as $name) {
	$cluster->raw(1, "set $name 0 0 1\r\n1\r\n");
	$cluster->raw(2, "set $name 0 0 1\r\n1\r\n");
}
$mcha->run('resync', $cluster->name(0), "--state=$state->path", '--after=0.1');
is($cluster->holds(0, $both), 'newer', 'what the node has stays');
foreach ($own as $name) {
	is($cluster->holds(0, $name), null, "an item of McHA's own is not copied: $name");
}

/* Writers that set, delete and count all the time leave no copy that differs. */
$cluster->empty(0, 1, 2);
$keys = array_map(fn(int $i) => "busy$i", range(1, 300));
$client->setMulti(array_fill_keys($keys, 'value'), 1000);
$writer = fn(int $seed): Child => new Child(<<<'CODE'
	[, $servers, $seed] = $argv;
	mt_srand((int) $seed);
	$client = new McHA(null, null, $servers);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000, McHA::OPT_COMPRESSION => false]);
	echo "ready\n";
	stream_set_blocking(STDIN, false);
	/* It ends when it has found that each restarted node is back, and has replayed what the node missed meanwhile. */
	$is_well = fn(): bool => !array_filter($client->getNodes(), fn(array $node) => $node['state'] !== 'up' || $node['hints']);
	$ends = false;
	for ($n = 0; !$ends || !$is_well(); $n++) {
		$ends = $ends || fgets(STDIN) !== false;
		$key = 'busy' . mt_rand((int) $seed * 100 + 1, (int) $seed * 100 + 100); // no key has two writers
		match (mt_rand(0, 3)) {
			0 => $client->delete($key),
			1 => $client->set($key, "value $n", 1000),
			2 => $client->append($key, '.'),
			3 => $client->touch($key, 900),
		};
	}
	CODE, [$cluster->servers(), $seed]);
$writers = array_map($writer, [0, 1, 2]);
array_map(fn(Child $child) => $child->hear(), $writers);
foreach ([0, 1, 2] as $node) {
	$cluster->restart($node);
	$result = $mcha->json('resync', $cluster->name($node), "--state=$state->path", '--after=1');
	is($mcha->exitCode, 0, "beside writers: the exit code: $mcha->errors");
}
array_map(fn(Child $child) => $child->tell('end'), $writers);
array_map(fn(Child $child) => is($child->finish(), '', 'a writer'), $writers);
foreach ($keys as $key) {
	$copies = $cluster->copies($key);
	ok(count(array_unique($copies)) <= 1, "the copies of $key: " . json_encode($copies));
}

done();
?>
--EXPECT--
done
