--TEST--
McHA accepts the session ids that PHP's own save handler accepts; no other id can damage an item or release a lock
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
visit($cluster, 'valid', 'session_start(); $_SESSION["a"] = 1;')->finish();
foreach (['a b', "a\r\nset injected 0 0 1\r\nx", str_repeat('x', 300), "a\x7fb", "a\tb"] as $id) {
	$output = visit($cluster, $id, 'var_dump(@session_start());')->finish();
	foreach ([0, 1] as $node) {
		is($cluster->holds($node, 'injected'), null, 'no command is injected');
	}
}
is(visit($cluster, 'valid', 'session_start(); echo $_SESSION["a"];')->finish(), '1', 'other sessions still work');

/* McHA accepts an id exactly if PHP's own "files" handler does. */
$folder = new Folder();
const TRY_ID = '
	$said = "";
	set_error_handler(function (int $level, string $message) use (&$said): bool {
		$said .= $message;
		return true;
	});
	$report = ["started" => session_start(), "told why" => str_contains($said, "Session ID is too long or contains illegal characters.")];
	$report["id"] = session_id() === $argv[1];
	$_SESSION["a"] = 1;
	$report["written"] = session_write_close();
	echo json_encode($report);';
$ids = ['a', 'A-b,9', str_repeat('x', 32), str_repeat('x', 200), str_repeat('x', 256), str_repeat('x', 257), 'lock.valid', 'a.b', 'a_b', 'a:b', 'a/b',
	'../a', 'ä', 'a%20b', 'a;b', 'a=b', "a\\b", 'a"b', '*', 'a+b', 'a b', "a\tb"];
$wanted = [];
foreach ($ids as $id) {
	foreach ([0, 1] as $strict) {
		$settings = ['session.use_strict_mode' => $strict, 'session.use_cookies' => 0, 'session.cache_limiter' => '', 'mcha.sess_prefix' => ''];
		$script = 'session_id($argv[1]);' . TRY_ID;
		if (strlen($id) > 240 && strlen($id) <= 256) {
			continue; /* such a name may be a file's, but not a key's (that of the lock) */
		}
		$files = run_php($script, [$id], $settings + ['session.save_handler' => 'files', 'session.save_path' => $folder->path]);
		$own = run_php($script, [$id], $settings + session_settings($cluster));
		is($own, $files, "$id, strict: $strict: as PHP's own handler");
		$wanted[$own] = true;
	}
}
ok(count($wanted) > 2, 'some ids are accepted and some are refused');

/* A request with an open session keeps its lock and its data, whatever ids other requests use. */
$lock = ini_get('mcha.sess_prefix') . 'lock.valid';
$holder = visit($cluster, 'valid', 'session_start(); echo "in\n"; fgets(STDIN); $_SESSION["a"] = 2; session_write_close(); echo "out\n";');
is($holder->hear(), 'in', 'a request has the session open');
$copies = $cluster->copies($lock);
is(count($copies), 2, 'its lock is on two nodes');
$attacks = [
	'session_start();', 'session_start(); $_SESSION["evil"] = 1; session_write_close();', 'session_start(); session_destroy();',
	'session_start(); session_regenerate_id(true);', 'session_start(["read_and_close" => true]);', 'session_start(["use_strict_mode" => 1]);',
	'$handler = new SessionHandler(); session_id("other"); session_start();
		foreach (["lock.valid", ".valid", "lock.valid\0"] as $id) {
			var_dump(@$handler->read($id), @$handler->write($id, "evil"), @$handler->destroy($id), @$handler->updateTimestamp($id, "evil"), @$handler->validateId($id));
		}',
];
foreach ($attacks as $code) {
	foreach ([1, 0] as $lazy) {
		visit($cluster, 'lock.valid', $code, ['mcha.sess_lock_timeout' => 100, 'session.lazy_write' => $lazy])->finish();
		is($cluster->copies($lock), $copies, "its lock is unchanged after: $code");
	}
}
$holder->tell('go');
is($holder->hear(), 'out', 'the request writes without a warning');
$holder->finish();
is($cluster->copies($lock), [], 'the request releases its lock');
is(visit($cluster, 'valid', 'session_start(); echo json_encode($_SESSION);')->finish(), '{"a":2}', 'its session is its own');

done();
?>
--EXPECT--
done
