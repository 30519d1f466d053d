--TEST--
A session that cannot be read does not start, and its data is kept
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$id = new_id();
visit($cluster, $id, 'session_start(); $_SESSION["precious"] = 1;')->finish();
$homes = array_keys(session_copies($cluster, $id));
$before = session_copies($cluster, $id);
$brief = ['mcha.operation_timeout' => 500, 'mcha.connect_timeout' => 200, 'mcha.sess_connect_timeout' => 200];
$code = 'var_dump(session_start()); $_SESSION["precious"] = "overwritten"; @session_write_close(); echo "end\n";';

/* The home nodes hang; the miss of the third node, which has no copy, is not taken as an answer. */
foreach (['the home nodes' => $homes, 'all nodes' => [0, 1, 2]] as $which => $nodes) {
	foreach ($nodes as $node) {
		$cluster->stop($node);
	}
	$output = visit($cluster, $id, $code, $brief)->finish();
	foreach ($nodes as $node) {
		$cluster->cont($node);
	}
	ok(preg_match('/^bool\(false\)$/m', $output), "$which hang: the session does not start: $output");
	foreach ($homes as $node) {
		ok(preg_match('/^! .*' . preg_quote($cluster->name($node)) . '/m', $output), "$which hang: the warning names {$cluster->name($node)}: $output");
	}
	is(session_copies($cluster, $id), $before, "$which continue: the data is unchanged");
}
is(visit($cluster, $id, 'var_dump(session_start()); echo $_SESSION["precious"];')->finish(), "bool(true)\n1", 'the session continues');

foreach ($homes as $node) {
	$cluster->kill($node);
}
$output = visit($cluster, $id, $code)->finish();
ok(preg_match('/^bool\(false\)$/m', $output), "the home nodes are killed: the session does not start: $output");
foreach ($homes as $node) {
	ok(str_contains($output, $cluster->name($node)), "the warning names {$cluster->name($node)}");
}
foreach ([0, 1, 2] as $node) {
	$cluster->kill($node);
}
$output = visit($cluster, $id, $code)->finish();
ok(preg_match('/^bool\(false\)$/m', $output), "all nodes are killed: the session does not start: $output");
$output = visit($cluster, $id, $code, ['session.use_strict_mode' => 1])->finish();
ok(preg_match('/^bool\(false\)$/m', $output), "in strict mode the session does not start: $output");
$output = visit($cluster, $id, $code, ['mcha.sess_locking' => 0])->finish();
ok(preg_match('/^bool\(false\)$/m', $output), "without locking the session does not start: $output");

done();
?>
--EXPECT--
done
