--TEST--
A session stays locked while the nodes that hold the lock die one after the other
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach ([0, 1] as $which) {
	$cluster = new Cluster(3);
	$id = new_id();
	visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1;')->finish();
	$victim = array_keys(session_copies($cluster, $id))[$which];
	$ini = ['mcha.retry_interval' => 0, 'mcha.sess_lock_timeout' => 200, 'mcha.sess_lock_expire' => 600];
	$holder = visit($cluster, $id, 'session_start(); echo "in\n"; fgets(STDIN); $_SESSION["a"]++; var_dump(session_write_close());', $ini);
	is($holder->hear(), 'in', 'a request has the session open');
	$cluster->kill($victim);
	$output = visit($cluster, $id, 'var_dump(session_start());', $ini)->finish();
	ok(str_ends_with($output, "bool(false)\n"), "node $which of the lock's preference list dies: the session is still locked: $output");
	$holder->tell('go');
	is($holder->finish(), "bool(true)\n", "node $which of the lock's preference list dies: the request writes the session");
	is(visit($cluster, $id, 'var_dump(session_start()); echo $_SESSION["a"];', $ini)->finish(), "bool(true)\n2", "node $which of the lock's preference list dies: the next request gets the lock");
	$cluster->restart($victim);
	is(visit($cluster, $id, 'var_dump(session_start()); echo $_SESSION["a"];', $ini)->finish(), "bool(true)\n2", "node $which of the lock's preference list is back: the next request gets the lock");
}

done();
?>
--EXPECT--
done
