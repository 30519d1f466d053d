--TEST--
A request whose lock expired does not overwrite another request's session and does not release another request's lock
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

foreach (['an existing session' => true, 'a new session' => false] as $name => $before) {
	$id = new_id();
	if ($before) {
		visit($cluster, $id, 'session_start(); $_SESSION["by"] = "first";')->finish();
	}
	$slow = visit($cluster, $id, $code, $short);
	is($slow->hear(), 'in', "$name: the slow request has the session open");
	wait_until(fn() => $is_free($id), 60);
	is(visit($cluster, $id, 'session_start(); $_SESSION["by"] = "next";')->finish(), '', "$name: the next request writes the session");
	$holder = visit($cluster, $id, 'session_start(); echo $_SESSION["by"], "\n"; fgets(STDIN);');
	is($holder->hear(), 'next', "$name: a third request has the session open");
	$lock = $cluster->copies("{$prefix}lock.$id");
	is(count($lock), 2, "$name: the third request's lock is on two nodes");
	$slow->tell('go');
	ok(str_contains($warning = $slow->hear(), 'session ' . shown_id($id) . ' was not written'), "$name: the slow request gets a warning: $warning");
	ok(!str_contains($warning, $id), "$name: the warning does not show the id");
	ok(str_contains($warning, 'mcha.sess_lock_expire'), "$name: the warning names the directive");
	$slow->finish();
	is($cluster->copies("{$prefix}lock.$id"), $lock, "$name: the third request still has its lock");
	$holder->tell('go');
	$holder->finish();
	is(visit($cluster, $id, 'session_start(); echo $_SESSION["by"];')->finish(), 'next', "$name: the slow request has not overwritten the session");
}

/* No request came in between: the slow request writes both copies as usual. */
$id = new_id();
$slow = visit($cluster, $id, $code, $short);
is($slow->hear(), 'in', 'alone: the slow request has the session open');
wait_until(fn() => $is_free($id), 60);
$slow->tell('go');
is($slow->hear(), 'out', 'alone: the slow request writes without a warning');
$slow->finish();
is(count(array_unique(session_copies($cluster, $id))), 1, 'alone: both copies are equal');
is(count(session_copies($cluster, $id)), 2, 'alone: two nodes have the session');

done();
?>
--EXPECT--
done
