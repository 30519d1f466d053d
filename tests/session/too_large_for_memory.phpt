--TEST--
A session that does not fit into memory is neither emptied nor destroyed
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

if (getenv('USE_ZEND_ALLOC') === '0') {
	done();
	exit; /* nobody limits the memory */
}
$cluster = new Cluster(2, ['arguments' => ['-I', '32m', '-m', '256']]);
use_sessions($cluster);
$id = new_id();
is(visit($cluster, $id, 'session_start(); $_SESSION["x"] = str_repeat("x", 9 << 20);', ['memory_limit' => '512M'])->finish(), '', 'it is stored');
$copies = session_copies($cluster, $id);
is(count($copies), 2, 'twice');
foreach (['session_start();', 'session_start(["read_and_close" => true]);', '@session_start(); $_SESSION["y"] = 1; session_write_close();'] as $code) {
	$seen = visit($cluster, $id, "ini_set('display_errors', 1); $code", ['memory_limit' => '8M', 'log_errors' => 0])->finish();
	ok(str_contains($seen, 'Allowed memory size'), 'there is no memory for it: ' . show($seen));
	ok(session_copies($cluster, $id) === $copies, "it stays as it was: $code");
	is(items($cluster), 2, "and is not locked: $code");
}
is(visit($cluster, $id, 'session_start(); echo strlen($_SESSION["x"]);', ['memory_limit' => '512M'])->finish(), (string) (9 << 20), 'with more memory it is there');

ob_end_flush();
done();
?>
--EXPECT--
done
