--TEST--
A session that does not fit into memory is neither emptied nor destroyed
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

if (getenv('USE_ZEND_ALLOC') === '0') {
	done();
	exit; /* no memory limit */
}
$cluster = new Cluster(2, ['arguments' => ['-I', '32m', '-m', '256']]);
use_sessions($cluster);
$id = new_id();
is(visit($cluster, $id, 'session_start(); $_SESSION["x"] = str_repeat("x", 9 << 20);', ['memory_limit' => '512M'])->finish(), '', 'a large session is stored');
$copies = session_copies($cluster, $id);
is(count($copies), 2, 'two nodes have a copy');
foreach (['session_start();', 'session_start(["read_and_close" => true]);', '@session_start(); $_SESSION["y"] = 1; session_write_close();'] as $code) {
	$seen = visit($cluster, $id, "ini_set('display_errors', 1); $code", ['memory_limit' => '8M', 'log_errors' => 0])->finish();
	ok(str_contains($seen, 'Allowed memory size'), 'the request exceeds its memory limit: ' . show($seen));
	ok(session_copies($cluster, $id) === $copies, "the copies are unchanged: $code");
	is(items($cluster), 2, "the session is not locked: $code");
}
is(visit($cluster, $id, 'session_start(); echo strlen($_SESSION["x"]);', ['memory_limit' => '512M'])->finish(), (string) (9 << 20), 'a request with more memory reads the session');

ob_end_flush();
done();
?>
--EXPECT--
done
