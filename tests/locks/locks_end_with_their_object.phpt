--TEST--
A lock is released when its object ends, however the request ends; a forked child does not release it
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$copies = fn() => count($cluster->copies('mcha.lock.key'));

/* The end of the object. */
$lock = $client->lock('key', 600);
is($copies(), 2, 'a held lock has two copies');
$client->get('none');
$report = $client->getLastReplication();
unset($lock);
is($copies(), 0, 'the lock is released with its object');
is(result($client), 'RES_NOTFOUND', 'that release does not change the result code');
is($client->getLastReplication(), $report, 'that release does not change the report');
$client->lock('key', 600);
is($copies(), 0, 'a lock whose object is not kept is released at once');
(function () use ($client) {
	$cycle = new stdClass();
	$cycle->self = $cycle;
	$cycle->lock = $client->lock('key', 600);
})();
gc_collect_cycles();
is($copies(), 0, 'a lock in a cycle of objects is released by the garbage collector');

/* The client that made the lock may end first, or change. */
$other = $cluster->client();
$lock = $other->lock('key', 600);
unset($other);
is([$copies(), $lock->extend(700), $copies()], [2, true, 2], 'the lock outlives its client, and can be extended');
ok($lock->release(), 'the lock can be released after its client ended');
$other = $cluster->client();
$lock = $other->lock('key', 600);
$other->setOption(McHA::OPT_PREFIX_KEY, 'app.');
ok($lock->extend(600), 'a lock keeps the prefix with which it was taken');
unset($lock);
is($copies(), 0, 'the release uses that prefix, too');
$other = $cluster->client();
$lock = $other->lock('key', 600);
$other->resetServerList();
is([$lock->extend(600), $lock->release()], [false, false], 'a lock cannot be extended or released when its client has no servers');
unset($lock);
foreach (array_keys($cluster->nodes) as $node) {
	$cluster->delete($node, 'mcha.lock.key');
}

/* No node answers. */
$lone = new Cluster(1);
$other = $lone->client();
$lock = $other->lock('key', 600);
$lone->kill(0);
unset($lock);
ok(true, 'the end of the object throws nothing');

/* The end of the request. */
$ends = [
	'by itself' => '', 'exit' => 'exit;', 'an exception' => 'throw new Exception("thrown");',
	'memory_limit' => 'ini_set("memory_limit", "4M"); str_repeat("x", 100 << 20);',
	'a fatal error' => '@trigger_error("", E_USER_ERROR);',
	'kept in a static property' => 'class Keeper { static $lock; } Keeper::$lock = $lock; $lock->cycle ?? null;',
	'a destructor that relies on it' => '
		final class Last { public $lock; function __destruct() { echo $this->lock->getKey(), $this->lock->isHeld() ? " is held" : "", "\n"; } }
		class Keeper { static $last; } Keeper::$last = new Last; Keeper::$last->lock = $lock;',
];
foreach ($ends as $name => $end) {
	$child = new Child('
		$client = new McHA(null, null, $argv[1]);
		$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
		$lock = $client->lock("key", 600);
		echo "in\n";
		fgets(STDIN);' . $end, [$cluster->servers()], ['display_errors' => 0]);
	is($child->hear(), 'in', "$name: the child has the lock");
	is($copies(), 2, "$name: the lock has two copies");
	$child->tell('go');
	$output = $child->finish();
	if ($name === 'a destructor that relies on it') {
		ok(str_contains($output, "key is held\n"), "$name: the lock is still held in the destructor: $output");
	}
	is($copies(), 0, "$name: the lock is released");
}

/* A forked child. */
$lock = $client->lock('key', 600);
$pid = pcntl_fork();
if ($pid === 0) {
	$good = !$lock->isHeld() && !$lock->extend(5) && !$lock->release() && $lock->getRemainingTime() === 0.0 && $lock->getKey() === 'key';
	unset($lock);
	$lock = $client->lock('own', 600);
	$good = $good && $lock->isHeld() && $lock->release();
	exit($good ? 0 : 1);
}
pcntl_waitpid($pid, $status);
is(pcntl_wexitstatus($status), 0, 'a forked child does not hold the lock, and can take another');
is($copies(), 2, 'a forked child does not release the lock');
ok($lock->isHeld() && $lock->release(), 'the parent still holds the lock, and releases it');

done();
?>
--EXPECT--
done
