--TEST--
Signals neither prolong nor disturb an operation, whatever their handlers do
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

$cluster = new Cluster(2);
foreach (['meta', 'text', 'binary'] as $protocol) {
	$fronts = array_map(fn(Node $node) => new BadServer([['match' => '/ bad/']], $node), $cluster->nodes);
	$servers = $protocol === 'binary' ? array_map(fn(Node $node) => [$node->host, $node->number], $cluster->nodes)
		: array_map(fn(BadServer $front) => [$front->host, $front->port], $fronts);
	$client = impatient_client($servers, [McHA::OPT_PROTOCOL => $protocol]);
	$other = $cluster->client([McHA::OPT_PROTOCOL => $protocol]);
	$other->setMulti(['good1' => 'value 1', 'good2' => 'value 2']);
	$signals = 0;
	pcntl_async_signals(true);
	pcntl_signal(SIGUSR1, function () use ($client, $other, &$signals) {
		$signals++;
		is($other->get('good1'), 'value 1', 'a signal handler reads with another client');
		$value = $client->get('good2');
		ok($value === 'value 2' || $client->getResultCode() !== McHA::RES_SUCCESS, 'a signal handler reads with the interrupted client: ' . show($value));
	});
	$sender = new Process(['/bin/sh', '-c', 'while kill -USR1 ' . getmypid() . '; do sleep 0.01; done']);
	wait_until(function () use (&$signals) { return $signals > 3; }, what: 'signals to arrive');
	if ($protocol === 'binary') {
		$cluster->stop(0);
		$cluster->stop(1);
		pcntl_signal(SIGUSR1, function () use (&$signals) {
			$signals++;
		});
	}
	foreach (['get' => fn() => $client->get('bad'), 'set' => fn() => $client->set('bad', 1), 'getMulti' => fn() => $client->getMulti(['bad1', 'bad2', 'bad3', 'bad4'])] as $name => $run) {
		$before = $signals;
		/* on a busy machine the sender may not have run during the operation */
		for ($try = 0; $try < 20 && $signals === $before; $try++) {
			keeps_time($run, "$protocol: $name is in time");
		}
		ok($signals > $before, "$protocol: signals arrived during $name");
	}
	$sender->end();
	$cluster->cont(0);
	$cluster->cont(1);
	pcntl_signal(SIGUSR1, SIG_IGN);
	for ($i = 0; $i < 10; $i++) {
		$other->set("good$i", "value $i");
		is($other->get("good$i"), "value $i", "$protocol: after the signals: good$i has its own value");
	}
}

done();
?>
--EXPECT--
done
