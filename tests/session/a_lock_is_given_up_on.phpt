--TEST--
A lock that is not released in time makes session_start fail and harms nothing
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$id = new_id();
$holder = visit($cluster, $id, 'session_start(); $_SESSION["by"] = "holder"; echo "in\n"; fgets(STDIN);');
is($holder->hear(), 'in', 'somebody is in');
foreach (['by time' => ['mcha.sess_lock_timeout' => 200],
	'by tries' => ['mcha.sess_lock_retries' => 3, 'mcha.sess_lock_wait_min' => 20, 'mcha.sess_lock_wait_max' => 40]] as $how => $ini) {
	$output = visit($cluster, $id, 'var_dump(session_start()); $_SESSION["by"] = "intruder"; @session_write_close();', $ini)->finish();
	ok(str_ends_with($output, "bool(false)\n"), "$how: session_start fails");
	ok(preg_match('/^! .*lock/mi', $output), "$how: and says that it is about a lock: $output");
}
$holder->tell('go');
is($holder->finish(), '', 'the holder is not disturbed');
is(visit($cluster, $id, 'session_start(); echo $_SESSION["by"];')->finish(), 'holder', 'and its data is kept');
is(visit($cluster, $id, 'var_dump(session_start(["read_and_close" => true])); echo $_SESSION["by"];')->finish(), "bool(true)\nholder", 'read only');

/* Without locking nobody waits. */
$holder = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN);', ['mcha.sess_locking' => 0]);
is($holder->hear(), 'in', 'sess_locking=0: somebody is in');
is(visit($cluster, $id, 'var_dump(session_start());', ['mcha.sess_locking' => 0])->finish(), "bool(true)\n", 'sess_locking=0: another is in too');
$holder->tell('go');
is($holder->finish(), '', 'sess_locking=0: no harm');

done();
?>
--EXPECT--
done
