--TEST--
A session that another request holds is waited for, and then has that request's data
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$id = new_id();
$first = visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1; echo "in\n"; fgets(STDIN); session_write_close(); echo "out\n"; fgets(STDIN);');
is($first->hear(), 'in', 'the first is in');
$second = visit($cluster, $id, 'echo "waits\n"; var_dump(session_start()); echo json_encode($_SESSION), "\n"; $_SESSION["b"] = 2; session_write_close();');
is($second->hear(), 'waits', 'the second comes');
ok(!$second->speaks(0.5), 'and waits');
$other = visit($cluster, new_id(), 'var_dump(session_start());');
is($other->finish(), "bool(true)\n", 'another session does not wait');
$first->tell('go');
is($first->hear(), 'out', 'the first is out');
is($second->hear(), 'bool(true)', 'the second is in');
is($second->hear(), '{"a":1}', 'and sees what the first has written');
is($second->finish(), '', 'it leaves');
$first->finish();
is(visit($cluster, $id, 'session_start(); echo json_encode($_SESSION);')->finish(), '{"a":1,"b":2}', 'nothing was lost');

/* Many at once: none overwrites another, and none leaves a lock behind (which would outlive the patience of all). */
$crowd = [];
for ($i = 0; $i < 6; $i++) {
	$crowd[] = visit($cluster, $id, 'for ($i = 0; $i < 50; $i++) { session_start(); $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; session_write_close(); }',
		['mcha.sess_lock_wait_min' => 1, 'mcha.sess_lock_wait_max' => 5, 'mcha.sess_lock_timeout' => 120000, 'mcha.sess_lock_expire' => 600]);
}
foreach ($crowd as $visitor) {
	is($visitor->finish(), '', 'nobody complains');
}
is(visit($cluster, $id, 'session_start(); echo $_SESSION["n"];')->finish(), '300', 'all of them counted');

done();
?>
--EXPECT--
done
