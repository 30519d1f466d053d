--TEST--
A lock holds while the nodes that have it die one after the other
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
	is($holder->hear(), 'in', 'a request is in');
	$cluster->kill($victim);
	$output = visit($cluster, $id, 'var_dump(session_start());', $ini)->finish();
	ok(str_ends_with($output, "bool(false)\n"), "node $which of its list dies: the lock still holds: $output");
	$holder->tell('go');
	is($holder->finish(), "bool(true)\n", "node $which of its list dies: the session is written");
	is(visit($cluster, $id, 'var_dump(session_start()); echo $_SESSION["a"];', $ini)->finish(), "bool(true)\n2", "node $which of its list dies: and free again");
	$cluster->restart($victim);
	is(visit($cluster, $id, 'var_dump(session_start()); echo $_SESSION["a"];', $ini)->finish(), "bool(true)\n2", "node $which of its list is back");
}

done();
?>
--EXPECT--
done
