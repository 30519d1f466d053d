--TEST--
Sessions have their own prefix, number of replicas and pool
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$id = new_id();
visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1;', ['mcha.sess_prefix' => 'my.site.'])->finish();
is(count($cluster->copies("my.site.$id")), 2, 'mcha.sess_prefix');
visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1;', ['mcha.sess_number_of_replicas' => 2])->finish();
is(count(session_copies($cluster, $id)), 3, 'two replicas: three copies');
$id = new_id();
visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1;', ['mcha.sess_number_of_replicas' => 0])->finish();
is(count(session_copies($cluster, $id)), 1, 'no replicas: one copy');
foreach (['text', 'binary', 'meta'] as $protocol) {
	$id = new_id();
	is(visit($cluster, $id, 'session_start(); $_SESSION["a"] = 1;', ['mcha.protocol' => $protocol])->finish(), '', "$protocol: written");
	is(count(session_copies($cluster, $id)), 2, "$protocol: two copies");
	is(visit($cluster, $id, 'session_start(); echo $_SESSION["a"]; session_destroy();', ['mcha.protocol' => $protocol, 'mcha.sess_lock_timeout' => 300])->finish(), '1', "$protocol: the session is read and destroyed");
	is(session_copies($cluster, $id), [], "$protocol: the destroyed session is gone");
}
foreach (['persistent' => 1, 'not persistent' => 0] as $name => $value) {
	$output = visit($cluster, new_id(), 'for ($i = 0; $i < 20; $i++) { session_id("s$i" . $argv[1]); session_start(); $_SESSION["a"] = $i; session_write_close(); }
		for ($i = 0; $i < 20; $i++) { session_id("s$i" . $argv[1]); session_start(); echo $_SESSION["a"] === $i ? "" : "wrong\n"; session_write_close(); }',
		['mcha.sess_persistent' => $value])->finish();
	is($output, '', "many sessions in one process, $name");
}
/* One of four nodes is down: three copies suffice for one write quorum and not for another. */
$output = visit($cluster, new_id(), 'foreach (["one", "all", "majority"] as $quorum) { ini_set("mcha.write_quorum", $quorum); echo session_start() ? $quorum : "not $quorum", "\n"; session_abort(); }', [
	'mcha.sess_persistent' => 1, 'session.save_path' => "{$cluster->servers()},127.0.0.1:1", 'mcha.sess_number_of_replicas' => 3,
])->finish();
is(implode(' ', preg_grep('/^!/', explode("\n", rtrim($output)), PREG_GREP_INVERT)), 'one not all majority', 'a persistent session pool is used only with its own settings');
foreach (['10.0.0.1:nonsense' => 'nonsense', 'http://10.0.0.1' => 'http', '' => ''] as $path => $part) {
	$output = visit($cluster, new_id(), 'var_dump(session_start());', ['session.save_path' => $path])->finish();
	ok(str_ends_with($output, "bool(false)\n"), "save_path '$path': the session does not start");
	ok(preg_match('/^! .*' . preg_quote($part) . '/m', $output), "save_path '$path': the warning names the bad part: $output");
}

done();
?>
--EXPECT--
done
