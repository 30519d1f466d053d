--TEST--
A session lock whose request died expires, and only the request that took a lock releases it
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
is($dies->hear(), 'in', 'a request has the session open');
$dies->kill();
is(visit($cluster, $id, 'var_dump(session_start()); echo $_SESSION["a"];', $brief)->finish(), "bool(true)\n1", 'that request is killed: the next one waits until the lock has expired');

/* A slow request wakes up after its lock has expired and another request has taken the lock. */
$slow = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN); session_abort(); echo "out\n"; fgets(STDIN);', $brief);
is($slow->hear(), 'in', 'a slow request has the session open');
$heir = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN); $_SESSION["a"] = 2;', ['mcha.sess_lock_expire' => 600] + $brief);
is($heir->hear(), 'in', 'another request gets the lock after it has expired');
$slow->tell('go');
is($slow->hear(), 'out', 'the slow request ends');
$output = visit($cluster, $id, 'var_dump(session_start());', ['mcha.sess_lock_timeout' => 200])->finish();
ok(str_ends_with($output, "bool(false)\n"), 'the slow request has not released the lock of the other request: ' . $output);
$heir->tell('go');
is($heir->finish(), '', 'the other request ends normally');
$slow->finish();
is(visit($cluster, $id, 'session_start(); echo $_SESSION["a"];')->finish(), '2', 'the session has the other request\'s data');

done();
?>
--EXPECT--
done
