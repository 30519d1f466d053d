--TEST--
A request waits for a session that another request has open, and then reads that request's data
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$id = new_id();
$first = visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1; echo "in\n"; fgets(STDIN); session_write_close(); echo "out\n"; fgets(STDIN);');
is($first->hear(), 'in', 'the first request has the session open');
$second = visit($cluster, $id, 'echo "waits\n"; var_dump(session_start()); echo json_encode($_SESSION), "\n"; $_SESSION["b"] = 2; session_write_close();');
is($second->hear(), 'waits', 'the second request waits');
ok(!$second->speaks(0.5), 'the second request still waits');
$other = visit($cluster, new_id(), 'var_dump(session_start());');
is($other->finish(), "bool(true)\n", 'a request with another session does not wait');
$first->tell('go');
is($first->hear(), 'out', 'the first request ends');
is($second->hear(), 'bool(true)', 'the second request has the session open');
is($second->hear(), '{"a":1}', 'the second request reads the first one\'s data');
is($second->finish(), '', 'the second request ends normally');
$first->finish();
is(visit($cluster, $id, 'session_start(); echo json_encode($_SESSION);')->finish(), '{"a":1,"b":2}', 'the session has the data of both requests');

/* Many requests at once: none overwrites another's data, and none leaves its lock behind (the others would time out). */
$crowd = [];
for ($i = 0; $i < 6; $i++) {
	$crowd[] = visit($cluster, $id, 'for ($i = 0; $i < 50; $i++) { session_start(); $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; session_write_close(); }',
		['mcha.sess_lock_wait_min' => 1, 'mcha.sess_lock_wait_max' => 5, 'mcha.sess_lock_timeout' => 120000, 'mcha.sess_lock_expire' => 600]);
}
foreach ($crowd as $visitor) {
	is($visitor->finish(), '', 'no request reports an error');
}
is(visit($cluster, $id, 'session_start(); echo $_SESSION["n"];')->finish(), '300', 'every request was counted');

done();
?>
--EXPECT--
done
