--TEST--
The lock of a request that died expires, and is never released by anybody but its owner
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$id = new_id();
visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1;')->finish();
$brief = ['mcha.sess_lock_expire' => 2, 'mcha.sess_lock_wait_min' => 10, 'mcha.sess_lock_wait_max' => 50];
$dies = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN);', $brief);
is($dies->hear(), 'in', 'a request is in');
$dies->kill();
is(visit($cluster, $id, 'var_dump(session_start()); echo $_SESSION["a"];', $brief)->finish(), "bool(true)\n1", 'and dies: the next waits until its lock has expired');

/* A slow owner wakes up when its lock has become another's. */
$slow = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN); session_abort(); echo "out\n"; fgets(STDIN);', $brief);
is($slow->hear(), 'in', 'a slow request is in');
$heir = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN); $_SESSION["a"] = 2;', ['mcha.sess_lock_expire' => 600] + $brief);
is($heir->hear(), 'in', 'another takes over when its lock has expired');
$slow->tell('go');
is($slow->hear(), 'out', 'the slow one leaves');
$output = visit($cluster, $id, 'var_dump(session_start());', ['mcha.sess_lock_timeout' => 200])->finish();
ok(str_ends_with($output, "bool(false)\n"), 'and has not released the lock of the other: ' . $output);
$heir->tell('go');
is($heir->finish(), '', 'which goes on');
$slow->finish();
is(visit($cluster, $id, 'session_start(); echo $_SESSION["a"];')->finish(), '2', 'and is not disturbed');

done();
?>
--EXPECT--
done
