--TEST--
What keeps one process from the nodes (their connection limit, its descriptors, its password, its time) keeps no other process from them
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/bystanders.inc';

/* Tries all nodes by objects of its own, over and over; returns what it was told, and how often. */
$try = fn(Cluster $cluster, array $options = [], int $least = 10) => function (callable $goes_on) use ($cluster, $options, $least): array {
	$reasons = [];
	for ($tries = 0; $goes_on() || $tries < $least; $tries++) {
		$client = $cluster->client($options);
		for ($i = 0; $i < 10; $i++) {
			$client->get("key$i");
			foreach ($client->getLastReplication()['failed'] as $reason) {
				$reasons[$reason] = ($reasons[$reason] ?? 0) + 1;
			}
		}
		usleep(1000);
	}
	return $reasons;
};
$a_while = function (int $pid): void {
	$end = microtime(true) + 1.5;
	wait_until(fn() => microtime(true) > $end, what: 'the trouble to last');
};

/* --- the nodes accept no more connections ---------------------------------------------------------- */

const LIMIT = 80; /* a server counts its other descriptors, too, and those that it has inherited */
$cluster = new Cluster(3, ['arguments' => ['-c', (string) LIMIT, '-t', '1']]);
/* Without read repair: a busy machine's processes give up looks at second copies, and their connections with them; there are no others. */
$kept = fn() => $cluster->client([McHA::OPT_READ_REPAIR => false]);
$told = bystanders_do_not_notice('connection limit', $kept, function (callable $goes_on) use ($cluster, $try): array {
	$crowd = [];
	foreach ($cluster->nodes as $node) {
		for ($i = 0; $i < 2 * LIMIT; $i++) {
			$crowd[] = stream_socket_client("tcp://$node->name");
		}
	}
	return $try($cluster)($goes_on);
}, $a_while);
ok(preg_grep('/accepts no more connections.*limit/', array_keys($told)), 'a process that cannot connect is told of the limit: ' . show($told));
ok(!preg_grep('/malformed/', array_keys($told)), 'and of no malformed reply: ' . show($told));

/* --- no descriptor is left --------------------------------------------------------------------------- */

$cluster = new Cluster(3);
$told = bystanders_do_not_notice('descriptors', $cluster->client(...), function (callable $goes_on) use ($cluster, $try): array {
	exec('prlimit --pid ' . getmypid() . ' --nofile=64:64');
	for ($files = []; $file = @fopen('/dev/null', 'r'); $files[] = $file) {
	}
	return $try($cluster)($goes_on);
}, $a_while);
ok(preg_grep('/Too many open files/', array_keys($told)), 'a process without descriptors is told so: ' . show($told));

/* --- too little time ------------------------------------------------------------------------------- */

foreach (['one millisecond' => 1, 'twenty milliseconds' => 20] as $limit => $milliseconds) {
	$batch = array_fill_keys(array_map(fn(int $i) => "large$i", range(1, 200)), str_repeat('x', 200000));
	bystanders_do_not_notice("$limit for a large batch", $cluster->client(...), function (callable $goes_on) use ($cluster, $batch, $milliseconds): int {
		for ($tries = 0; $goes_on() || $tries < 5; $tries++) {
			$client = $cluster->client([McHA::OPT_OPERATION_TIMEOUT => $milliseconds, McHA::OPT_CONNECT_TIMEOUT => $milliseconds]);
			$client->setMulti($batch);
			$client->getMulti(array_keys($batch));
		}
		return $tries;
	}, $a_while);
}

/* --- a process that is stopped ----------------------------------------------------------------------- */

bystanders_do_not_notice('a process that is stopped now and then', $cluster->client(...), $try($cluster, [McHA::OPT_OPERATION_TIMEOUT => 300, McHA::OPT_CONNECT_TIMEOUT => 100]),
	function (int $pid): void {
		for ($i = 0; $i < 3; $i++) {
			exec("kill -STOP $pid");
			usleep(600000);
			exec("kill -CONT $pid");
			usleep(50000 + 7000 * $i);
		}
	});

/* --- all stand still, and go on together --------------------------------------------------------------- */

bystanders_do_not_notice('a machine that stands still', $cluster->client(...), $try($cluster, [McHA::OPT_OPERATION_TIMEOUT => 300, McHA::OPT_CONNECT_TIMEOUT => 200]),
	function (int $pid) use ($cluster): void {
		$all = implode(' ', [$pid, ...array_map(fn(Node $node) => $node->process->pid, $cluster->nodes)]);
		for ($i = 0; $i < 4; $i++) {
			exec("kill -STOP $all");
			usleep(800000);
			exec("kill -CONT $all");
			usleep(20000 + 9000 * $i);
		}
	});

done();
?>
--EXPECT--
done
