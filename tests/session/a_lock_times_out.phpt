--TEST--
session_start() fails if a lock is not released in time, and leaves the session unchanged
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$id = new_id();
$holder = visit($cluster, $id, 'session_start(); $_SESSION["by"] = "holder"; echo "in\n"; fgets(STDIN);');
is($holder->hear(), 'in', 'another request has the session open');
foreach (['by time' => ['mcha.sess_lock_timeout' => 200],
	'by tries' => ['mcha.sess_lock_retries' => 3, 'mcha.sess_lock_wait_min' => 20, 'mcha.sess_lock_wait_max' => 40]] as $how => $ini) {
	$output = visit($cluster, $id, 'var_dump(session_start()); $_SESSION["by"] = "intruder"; @session_write_close();', $ini)->finish();
	ok(str_ends_with($output, "bool(false)\n"), "$how: session_start fails");
	ok(preg_match('/^! .*lock/mi', $output), "$how: the warning says that the session is locked: $output");
}
$holder->tell('go');
is($holder->finish(), '', 'the lock\'s holder ends normally');
is(visit($cluster, $id, 'session_start(); echo $_SESSION["by"];')->finish(), 'holder', 'the holder\'s data is kept');
is(visit($cluster, $id, 'var_dump(session_start(["read_and_close" => true])); echo $_SESSION["by"];')->finish(), "bool(true)\nholder", 'read only');

/* With mcha.sess_locking=0 no request waits. */
$holder = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN);', ['mcha.sess_locking' => 0]);
is($holder->hear(), 'in', 'sess_locking=0: a request has the session open');
is(visit($cluster, $id, 'var_dump(session_start());', ['mcha.sess_locking' => 0])->finish(), "bool(true)\n", 'sess_locking=0: another request has it open, too');
$holder->tell('go');
is($holder->finish(), '', 'sess_locking=0: both requests end normally');

done();
?>
--EXPECT--
done
