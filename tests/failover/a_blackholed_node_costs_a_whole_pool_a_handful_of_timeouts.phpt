--TEST--
A node that accepts requests and never answers costs eight busy PHP-FPM workers at most one timeout each
--SKIPIF--
<?php $needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

/* Each request reads the filled keys, writes and reads its own, and reports wrong results and why nodes failed. */
const SITE = <<<'SITE'
	<?php
	$client = new McHA('site', null, ini_get('mcha.servers'));
	$wrong = $reasons = [];
	$check = function (bool $right, string $what) use ($client, &$wrong, &$reasons): void {
		if (!$right) {
			$wrong[] = "$what: " . $client->getResultMessage();
		}
		array_push($reasons, ...array_values($client->getLastReplication()['failed']));
	};
	for ($i = 0; $i < 10; $i++) {
		if (isset($_GET['fill'])) {
			$check($client->set("key$i", $i), "set key$i");
		} elseif (isset($_GET['request'])) {
			$check($client->get("key$i") === $i, "get key$i");
			$check($client->set("own$i:$_GET[request]", $i), "set own$i");
			$check($client->get("own$i:$_GET[request]") === $i, "get own$i");
		}
	}
	usleep($_GET['pause'] ?? 0);
	echo json_encode(['pid' => getmypid(), 'wrong' => $wrong, 'waited' => count(preg_grep('/timed out$|^timed out:/', $reasons)), 'nodes' => $client->getNodes()]);
	SITE;
const WORKERS = 8;
const REQUESTS = 200;

foreach (['hangs' => fn(Node $node) => $node->process->signal(Process::STOP), 'accepts no connection' => full_trap(...),
	'accepts connections, and never answers' => fn(Node $node) => trap($node, 100)] as $how => $blackhole) {
	$cluster = new Cluster(3);
	/* With these settings a down node stays down during the test, and a slow machine takes no other node down. */
	$fpm = new Fpm(SITE, WORKERS, ['mcha.servers' => $cluster->servers(), 'mcha.retry_interval' => 3600, 'mcha.retry_interval_max' => 7200,
		'mcha.operation_timeout' => 4000, 'mcha.connect_timeout' => 2000]);
	is(json_decode($fpm->get('/?fill'), true)['wrong'], [], 'the first request stores all values');
	$run = function (string $when, int $first, int $last) use ($fpm): int {
		$waited = 0;
		$requests = array_map(fn(int $i) => $fpm->send("/?request=$i"), range($first, $last));
		foreach ($requests as $i => $request) {
			$answer = json_decode($body = $request->answer(), true);
			is($answer['wrong'] ?? $body, [], "$when: request $i reads and writes");
			$waited += $answer['waited'] ?? 0;
		}
		return $waited;
	};
	is($run('all nodes up', 1, 5 * WORKERS), 0, 'all nodes up: no operation times out');
	$kept = $blackhole($cluster->nodes[1]);
	$waited = $run("a node $how", 1001, 1000 + REQUESTS);
	$seen = [];
	wait_until(function () use ($fpm, $how, &$seen, &$nodes) {
		foreach (array_map(fn() => $fpm->send('/?pause=1000'), range(1, WORKERS)) as $request) {
			$answer = json_decode($request->answer(), true);
			$nodes = $answer['nodes'];
			is(array_column($nodes, 'state'), ['up', 'down', 'up'], "a node $how: each worker knows which node is down");
			$seen[$answer['pid']] = true;
		}
		return count($seen) === WORKERS;
	}, what: 'all workers to answer');
	between($nodes[1]['failures'], 1, WORKERS, "a node $how: timeouts of " . REQUESTS . ' requests, of six thousand operations');
	between($waited, 1, WORKERS, "a node $how: operations that timed out");
	if (is_resource($kept)) {
		for ($connects = 0; @stream_socket_accept($kept, 0); $connects++) {
		}
		between($connects, 1, WORKERS, "a node $how: attempts to connect");
	}
	$fpm->end();
}

done();
?>
--EXPECT--
done
