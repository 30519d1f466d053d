--TEST--
When all nodes are down, a request is told why each node failed, even if an earlier request or another process detected the failures
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
ok($client->set('key', 'value'), 'the nodes are up');
foreach ([0, 1, 2] as $i) {
	$cluster->kill($i);
}

/* A visitor without a session cookie: PHP creates an id and looks it up first, and that read detects that all nodes are down. */
$ini = ['mcha.retry_interval' => 600, 'mcha.retry_interval_max' => 600];
foreach (['locking' => [], 'without locks' => ['mcha.sess_locking' => 0], 'strict' => ['session.use_strict_mode' => 1]] as $name => $more) {
	foreach (['a new visitor' => 'session_id("");', 'a known one' => ''] as $visitor => $code) {
		$said = visit($cluster, new_id(), "$code session_start();", $more + $ini)->finish();
		$first = explode("\n! ", $said)[0];
		foreach ([0, 1, 2] as $i) {
			ok(preg_match('/' . preg_quote($cluster->name($i)) . ': (held down for \d+ s more after a failure \()?connection failed: /', $first), "$name, $visitor: the warning names node $i and the cause: $said");
		}
		ok(str_contains($first, 'could not lock the session: ') || $more, "$name, $visitor: the warning names the step that failed: $said");
	}
}

/* A second process with the same shared memory, and then a second call with the same object. */
$reported = [];
$client = $cluster->client([McHA::OPT_RETRY_TIMEOUT => 600, McHA::OPT_DEAD_TIMEOUT => 600,
	McHA::OPT_FAILURE_CALLBACK => function (string $node, string $reason) use (&$reported) { $reported[$node] = $reason; }]);
is($client->get('key'), false, 'get() fails');
is(array_keys($reported), array_keys($client->getLastReplication()['failed']), 'getLastErrorMessage() names every failed node');
$check = function (string $caller) use ($client): void {
	is($client->get('key'), false, "$caller: get() fails");
	$failed = $client->getLastReplication()['failed'];
	ok(count($failed) > 0, "$caller: getLastReplication() lists failed nodes");
	foreach ($failed as $node => $reason) {
		ok(preg_match('/^(held down (for \d+ s more|while another process probes it,) after a failure \()?connection failed: [^()]+\)?$/', $reason), "$caller: $node: $reason");
	}
	ok(str_contains($client->getLastErrorMessage(), 'connection failed: '), "$caller: " . $client->getLastErrorMessage());
};
$check('the next call');
if (($child = pcntl_fork()) === 0) {
	$client = new McHA(null, null, $cluster->servers());
	$client->setOptions([McHA::OPT_RETRY_TIMEOUT => 600, McHA::OPT_DEAD_TIMEOUT => 600, McHA::OPT_ALLOW_FAILOVER => 0]);
	is($client->get('key'), false, 'get() fails in the other process, too');
	ok(str_contains($client->getLastErrorMessage(), 'connection failed: '), 'the other process: ' . $client->getLastErrorMessage());
	exit;
}
pcntl_waitpid($child, $status);

done();
?>
--EXPECT--
done
