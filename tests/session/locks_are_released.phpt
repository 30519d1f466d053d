--TEST--
A request releases its session lock, however the request ends
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$ends = [
	'session_write_close' => 'session_start(); $_SESSION["a"]++; session_write_close();',
	'session_commit unchanged' => 'session_start(); session_commit();',
	'session_abort' => 'session_start(); $_SESSION["a"] = "lost"; session_abort();',
	'read_and_close' => 'session_start(["read_and_close" => true]); $_SESSION["a"] = "lost";',
	'session_reset' => 'session_start(); $_SESSION["a"] = "lost"; session_reset(); session_write_close();',
	'session_regenerate_id' => 'session_start(); session_regenerate_id(); session_write_close();',
	'the end of the script' => 'session_start(); $_SESSION["a"]++;',
	'exit' => 'session_start(); exit;',
	'an exception' => 'ini_set("display_errors", 0); ini_set("log_errors", 0); session_start(); register_shutdown_function(fn() => exit(0)); throw new Exception();',
	'too little memory' => 'ini_set("display_errors", 0); ini_set("log_errors", 0); session_start(); register_shutdown_function(fn() => exit(0)); ini_set("memory_limit", "8M"); str_repeat("x", 1 << 24);',
	'session_unset' => 'session_start(); $old = $_SESSION; session_unset(); $_SESSION = $old;',
];
if (getenv('USE_ZEND_ALLOC') === '0') {
	unset($ends['too little memory']); /* no memory limit */
}
foreach ($ends as $name => $code) {
	$id = new_id();
	foreach (array_keys($cluster->nodes) as $i) {
		$cluster->restart($i);
	}
	is(visit_beside($cluster, $id, 'session_start(); $_SESSION["a"] = 1;')->finish(), '', "$name: before the request");
	/* A request that gives up soon if the session is locked. */
	$impatient = ['mcha.sess_lock_timeout' => 300, 'mcha.sess_lock_expire' => 600];
	is(visit($cluster, $id, $code . 'session_status() === PHP_SESSION_ACTIVE && print("active\n");', $impatient)->finish(),
		in_array($name, ['the end of the script', 'session_unset']) ? "active\n" : '', "$name: during the request");
	is(items($cluster), $name === 'session_regenerate_id' ? 4 : 2, "$name: no lock is left");
	is(visit_beside($cluster, $id, 'var_dump(session_start()); echo gettype($_SESSION["a"] ?? null);', $impatient)->finish(), "bool(true)\ninteger", "$name: the next request gets the lock at once");
}

$id = new_id();
foreach (array_keys($cluster->nodes) as $i) {
	$cluster->restart($i);
}
visit_beside($cluster, $id, 'session_start(); $_SESSION["a"] = 1;')->finish();
is(visit($cluster, $id, 'session_start(); var_dump(session_destroy());')->finish(), "bool(true)\n", 'session_destroy: during the request');
is(items($cluster), 0, 'session_destroy: neither data nor lock is left');
is(visit_beside($cluster, $id, 'var_dump(session_start()); echo json_encode($_SESSION);', $impatient)->finish(), "bool(true)\n[]", 'session_destroy: the next request gets the lock at once');
foreach (array_keys($cluster->nodes) as $i) {
	$cluster->restart($i);
}
visit_beside($cluster, $id, 'session_start(); $_SESSION["a"] = 1;')->finish();
is(visit($cluster, $id, 'session_start(); var_dump(session_regenerate_id(true)); session_write_close();')->finish(), "bool(true)\n", 'session_regenerate_id(true): during the request');
is(items($cluster), 2, 'session_regenerate_id(true): only the new data is left');
is(visit_beside($cluster, $id, 'var_dump(session_start()); echo json_encode($_SESSION);', $impatient)->finish(), "bool(true)\n[]", 'session_regenerate_id(true): the old id is not locked');

done();
?>
--EXPECT--
done
