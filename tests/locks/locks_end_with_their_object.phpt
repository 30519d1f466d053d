--TEST--
A lock is given back when its object ends, however the request ends; not by a child, and never another's
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$copies = fn() => count($cluster->copies('mcha.lock.key'));

/* The object. */
$lock = $client->lock('key', 600);
is($copies(), 2, 'it is held');
$client->get('none');
$report = $client->getLastReplication();
unset($lock);
is($copies(), 0, 'it is given back with its object');
is(result($client), 'RES_NOTFOUND', 'which says nothing');
is($client->getLastReplication(), $report, 'nothing at all');
$client->lock('key', 600);
is($copies(), 0, 'a lock that nobody keeps is not held');
(function () use ($client) {
	$cycle = new stdClass();
	$cycle->self = $cycle;
	$cycle->lock = $client->lock('key', 600);
})();
gc_collect_cycles();
is($copies(), 0, 'in a cycle');

/* The client that it came from may go first, or be changed. */
$other = $cluster->client();
$lock = $other->lock('key', 600);
unset($other);
is([$copies(), $lock->extend(700), $copies()], [2, true, 2], 'it outlives its client');
ok($lock->release(), 'and is given back');
$other = $cluster->client();
$lock = $other->lock('key', 600);
$other->setOption(McHA::OPT_PREFIX_KEY, 'app.');
ok($lock->extend(600), 'the prefix is the one that it was taken with');
unset($lock);
is($copies(), 0, 'to the end');
$other = $cluster->client();
$lock = $other->lock('key', 600);
$other->resetServerList();
is([$lock->extend(600), $lock->release()], [false, false], 'of a pool without servers nothing is heard');
unset($lock);
foreach (array_keys($cluster->nodes) as $node) {
	$cluster->delete($node, 'mcha.lock.key');
}

/* Nobody there. */
$lone = new Cluster(1);
$other = $lone->client();
$lock = $other->lock('key', 600);
$lone->kill(0);
unset($lock);
ok(true, 'nothing is thrown');

/* The end of the request. */
$ends = [
	'by itself' => '', 'exit' => 'exit;', 'an exception' => 'throw new Exception("thrown");',
	'memory_limit' => 'ini_set("memory_limit", "4M"); str_repeat("x", 100 << 20);',
	'a fatal error' => '@trigger_error("", E_USER_ERROR);',
	'kept by others' => 'class Keeper { static $lock; } Keeper::$lock = $lock; $lock->cycle ?? null;',
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
	is($child->hear(), 'in', "$name: it is held");
	is($copies(), 2, "$name: on two nodes");
	$child->tell('go');
	$output = $child->finish();
	if ($name === 'a destructor that relies on it') {
		ok(str_contains($output, "key is held\n"), "$name: and may: $output");
	}
	is($copies(), 0, "$name: it is given back");
}

/* A child. */
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
is(pcntl_wexitstatus($status), 0, 'a child has nothing of it');
is($copies(), 2, 'and gives nothing back');
ok($lock->isHeld() && $lock->release(), 'the parent has it');

done();
?>
--EXPECT--
done
