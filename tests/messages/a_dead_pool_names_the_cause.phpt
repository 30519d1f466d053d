--TEST--
A request that meets a dead pool is told why its nodes failed, also where another request, or another process, has met it before
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
ok($client->set('key', 'value'), 'the nodes are there');
foreach ([0, 1, 2] as $i) {
	$cluster->kill($i);
}

/* A visitor without a session: the id that PHP makes is looked up first, and finds out that all nodes are down. */
$ini = ['mcha.retry_interval' => 600, 'mcha.retry_interval_max' => 600];
foreach (['locking' => [], 'without locks' => ['mcha.sess_locking' => 0], 'strict' => ['session.use_strict_mode' => 1]] as $name => $more) {
	foreach (['a new visitor' => 'session_id("");', 'a known one' => ''] as $who => $code) {
		$said = visit($cluster, new_id(), "$code session_start();", $more + $ini)->finish();
		$first = explode("\n! ", $said)[0];
		foreach ([0, 1, 2] as $i) {
			ok(preg_match('/' . preg_quote($cluster->name($i)) . ': (held down for \d+ s more after a failure \()?connection failed: /', $first), "$name, $who: node $i and its cause: $said");
		}
		ok(str_contains($first, 'could not lock the session: ') || $more, "$name, $who: what failed: $said");
	}
}

/* Another process of the same memory, and the same object once more. */
$told = [];
$client = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 600, McHA::OPT_DEAD_TIMEOUT => 600,
	McHA::OPT_FAILURE_CALLBACK => function (string $node, string $reason) use (&$told) { $told[$node] = $reason; }]);
is($client->get('key'), false, 'it cannot be read');
is(array_keys($told), array_keys($client->getLastReplication()['failed']), 'every failure is told');
$check = function (string $who) use ($client): void {
	is($client->get('key'), false, "$who: it cannot be read");
	$failed = $client->getLastReplication()['failed'];
	ok(count($failed) > 0, "$who: nodes failed");
	foreach ($failed as $node => $reason) {
		ok(preg_match('/^(held down (for \d+ s more|while another process probes it,) after a failure \()?connection failed: [^()]+\)?$/', $reason), "$who: $node: $reason");
	}
	ok(str_contains($client->getLastErrorMessage(), 'connection failed: '), "$who: " . $client->getLastErrorMessage());
};
$check('the next call');
if (($child = pcntl_fork()) === 0) {
	$client = new McHA(null, null, $cluster->servers());
	$client->setOptions([McHA::OPT_RETRY_TIMEOUT => 600, McHA::OPT_DEAD_TIMEOUT => 600, McHA::OPT_ALLOW_FAILOVER => 0]);
	is($client->get('key'), false, 'the other process cannot read it either');
	ok(str_contains($client->getLastErrorMessage(), 'connection failed: '), 'the other process: ' . $client->getLastErrorMessage());
	exit;
}
pcntl_waitpid($child, $status);

done();
?>
--EXPECT--
done
