--TEST--
A session that cannot be written gives a warning
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$id = new_id();
$visitor = visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1; echo "in\n"; fgets(STDIN); var_dump(session_write_close());', ['mcha.retry_interval' => 0]);
is($visitor->hear(), 'in', 'a request has the session open');
$cluster->kill(0);
$cluster->kill(1);
$visitor->tell('go');
$output = $visitor->finish();
ok(preg_match('/^! /m', $output), "both nodes are killed: the write gives a warning: $output");
ok(str_contains($output, $cluster->name(0)) && str_contains($output, $cluster->name(1)), "the warning names both nodes: $output");
$cluster->restart(0);
$cluster->restart(1);
$output = visit($cluster, $id, 'session_start(); $_SESSION["a"] = random_bytes(3 << 20); session_write_close();')->finish();
ok(preg_match('/^! /m', $output), "too large a session: the write gives a warning: $output");
is(visit_beside($cluster, $id, 'var_dump(session_start());', ['mcha.sess_lock_timeout' => 300])->finish(), "bool(true)\n", 'the lock is released');

$visitor = visit($cluster, $id, 'session_start(); $_SESSION["a"] = 2; echo "in\n"; fgets(STDIN); var_dump(session_write_close());', ['mcha.retry_interval' => 0]);
is($visitor->hear(), 'in', 'a request has the session open');
$cluster->kill(0);
$visitor->tell('go');
is($visitor->finish(), "bool(true)\n", 'one node is killed: the session is written');
is(visit_beside($cluster, $id, 'session_start(); echo $_SESSION["a"];', ['mcha.retry_interval' => 0])->finish(), '2', 'the session is read');

done();
?>
--EXPECT--
done
