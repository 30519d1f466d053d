--TEST--
A process that cannot use the nodes (connection limit, no descriptors, too short timeouts, stopped) takes no node down for other processes
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/bystanders.inc';

/* Uses all nodes with new clients, over and over; returns the reasons of failures, and how often each occurred. */
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

const LIMIT = 80; /* a server counts all its descriptors, also inherited ones */
$cluster = new Cluster(3, ['arguments' => ['-c', (string) LIMIT, '-t', '1']]);
/* Without read repair: on a busy machine a check of a second copy may time out, and its connection cannot be made again. */
$kept = fn() => $cluster->client([McHA::OPT_READ_REPAIR => false]);
$reasons = bystanders_do_not_notice('connection limit', $kept, function (callable $goes_on) use ($cluster, $try): array {
	$crowd = [];
	foreach ($cluster->nodes as $node) {
		for ($i = 0; $i < 2 * LIMIT; $i++) {
			$crowd[] = stream_socket_client("tcp://$node->name");
		}
	}
	return $try($cluster)($goes_on);
}, $a_while);
ok(preg_grep('/accepts no more connections.*limit/', array_keys($reasons)), 'the reason for a refused connection names the connection limit: ' . show($reasons));
ok(!preg_grep('/malformed/', array_keys($reasons)), 'no reason names a malformed reply: ' . show($reasons));

/* --- no descriptor is left --------------------------------------------------------------------------- */

$cluster = new Cluster(3);
$reasons = bystanders_do_not_notice('descriptors', $cluster->client(...), function (callable $goes_on) use ($cluster, $try): array {
	exec('prlimit --pid ' . getmypid() . ' --nofile=64:64');
	for ($files = []; $file = @fopen('/dev/null', 'r'); $files[] = $file) {
	}
	return $try($cluster)($goes_on);
}, $a_while);
ok(preg_grep('/Too many open files/', array_keys($reasons)), 'the reason for a process without descriptors names them: ' . show($reasons));

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

/* --- the process and all nodes are stopped, and go on together ------------------------------------------- */

bystanders_do_not_notice('the process and all nodes are stopped', $cluster->client(...), $try($cluster, [McHA::OPT_OPERATION_TIMEOUT => 300, McHA::OPT_CONNECT_TIMEOUT => 200]),
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
