--TEST--
A request that outlives its lock writes over nobody's session and takes away nobody's lock
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$code = 'session_start(); $_SESSION["by"] = $argv[2] ?? "slow"; echo "in\n"; fgets(STDIN); session_write_close(); echo "out\n";';
$short = ['mcha.sess_lock_expire' => 1];
$prefix = ini_get('mcha.sess_prefix');
$is_free = fn(string $id) => $cluster->copies("{$prefix}lock.$id") === [];

foreach (['there was a session' => true, 'there was none' => false] as $name => $before) {
	$id = new_id();
	if ($before) {
		visit($cluster, $id, 'session_start(); $_SESSION["by"] = "first";')->finish();
	}
	$slow = visit($cluster, $id, $code, $short);
	is($slow->hear(), 'in', "$name: the slow one is in");
	wait_until(fn() => $is_free($id), 60);
	is(visit($cluster, $id, 'session_start(); $_SESSION["by"] = "next";')->finish(), '', "$name: the next comes and goes");
	$holder = visit($cluster, $id, 'session_start(); echo $_SESSION["by"], "\n"; fgets(STDIN);');
	is($holder->hear(), 'next', "$name: a third is in");
	$lock = $cluster->copies("{$prefix}lock.$id");
	is(count($lock), 2, "$name: with a lock on two nodes");
	$slow->tell('go');
	ok(str_contains($warning = $slow->hear(), 'session ' . shown_id($id) . ' was not written'), "$name: the slow one is told: $warning");
	ok(!str_contains($warning, $id), "$name: the id is not shown");
	ok(str_contains($warning, 'mcha.sess_lock_expire'), "$name: and what it could do");
	$slow->finish();
	is($cluster->copies("{$prefix}lock.$id"), $lock, "$name: the third still has its lock");
	$holder->tell('go');
	$holder->finish();
	is(visit($cluster, $id, 'session_start(); echo $_SESSION["by"];')->finish(), 'next', "$name: nothing was written over");
}

/* Nobody came in between: it is written as ever, to both copies. */
$id = new_id();
$slow = visit($cluster, $id, $code, $short);
is($slow->hear(), 'in', 'alone: it is in');
wait_until(fn() => $is_free($id), 60);
$slow->tell('go');
is($slow->hear(), 'out', 'alone: and out without a warning');
$slow->finish();
is(count(array_unique(session_copies($cluster, $id))), 1, 'alone: it is written');
is(count(session_copies($cluster, $id)), 2, 'alone: to two nodes');

done();
?>
--EXPECT--
done
