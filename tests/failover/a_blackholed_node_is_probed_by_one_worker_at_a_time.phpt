--TEST--
Of eight busy PHP-FPM workers one at a time probes a node that hangs, and all use it again when it goes on
--SKIPIF--
<?php $needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

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
$fpm = new Fpm(SITE, WORKERS, ['mcha.servers' => $cluster->servers(), 'mcha.retry_interval' => 1, 'mcha.retry_interval_max' => 1,
	'mcha.operation_timeout' => 1000, 'mcha.connect_timeout' => 500]);
$requests = 0;
/* All workers at once; what they then know of the node. */
$run = function () use ($fpm, &$requests): array {
	foreach (array_map(fn() => $fpm->send('/'), range(1, 2 * WORKERS)) as $request) {
		$requests++;
		$answer = json_decode($body = $request->answer(), true);
		is($answer['wrong'] ?? $body, 0, 'no wrong value');
	}
	return $answer['nodes'][1];
};
$run();
$before = $run()['failures'];
$cluster->stop(1);
$start = hrtime(true);
$requests = 0;
$failures = fn() => $run()['failures'] - $before;
wait_until(fn() => $failures() >= WORKERS + 3, what: 'some probes');
/* The shortest interval is a fifth less than the second that is set. */
between($failures(), WORKERS + 3, WORKERS + 1 + (hrtime(true) - $start) / 0.8e9, "once each, then one for each interval, in $requests requests");
$cluster->cont(1);
wait_until(fn() => $run()['state'] === 'up', what: 'the node to be up again');

done();
?>
--EXPECT--
done
