--TEST--
One of eight busy PHP-FPM workers at a time probes a node that accepts no connection, and all workers use the node again when it is back
--SKIPIF--
<?php $needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

const SITE = <<<'SITE'
	<?php
	$client = new McHA('site', null, ini_get('mcha.servers'));
	$wrong = 0;
	for ($i = 0; $i < 10; $i++) {
		$found = $client->get("key$i");
		$wrong += $found !== false && $found !== $i;
		$client->set("key$i", $i);
	}
	echo json_encode(['wrong' => $wrong, 'nodes' => $client->getNodes()]);
	SITE;
const WORKERS = 8;

$cluster = new Cluster(3);
/* A short connect timeout for the trapped node; a long operation timeout, so that a busy machine takes no other node down.
 * (With all replicas of a key down a worker would probe more often.) */
$fpm = new Fpm(SITE, WORKERS, ['mcha.servers' => $cluster->servers(), 'mcha.retry_interval' => 1, 'mcha.retry_interval_max' => 1,
	'mcha.operation_timeout' => 40000, 'mcha.connect_timeout' => 500]);
$requests = 0;
/* Sends requests to all workers at once; returns what getNodes() then shows of the trapped node. */
$run = function () use ($fpm, &$requests): array {
	foreach (array_map(fn() => $fpm->send('/'), range(1, 2 * WORKERS)) as $request) {
		$requests++;
		$answer = json_decode($body = $request->answer(), true);
		is($answer['wrong'] ?? $body, 0, 'a request reads no wrong value');
	}
	return $answer['nodes'][1];
};
$run();
$before = $run()['failures'];
$start = hrtime(true);
$blackhole = full_trap($cluster->nodes[1]);
$requests = 0;
$failures = fn() => $run()['failures'] - $before;
wait_until(fn() => $failures() >= WORKERS + 3, what: 'some probes of the node to fail');
/* The shortest interval is a fifth less than retry_interval. */
between($failures(), WORKERS + 3, WORKERS + 1 + (hrtime(true) - $start) / 0.8e9, "each worker fails once, then one probe fails per interval, in $requests requests");
array_map('fclose', $blackhole);
$cluster->restart(1);
wait_until(fn() => $run()['state'] === 'up', what: 'the node to be up again');

done();
?>
--EXPECT--
done
