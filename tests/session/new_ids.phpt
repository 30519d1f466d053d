--TEST--
session_regenerate_id() copies the data to the new id, and keeps or deletes the old session
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
use_sessions($cluster);
foreach ([false, true] as $delete) {
	session_id($old = new_id());
	session_start();
	$_SESSION = ['a' => 1];
	session_write_close();
	session_start();
	$_SESSION['b'] = 2;
	ok(session_regenerate_id($delete), 'session_regenerate_id() succeeds');
	$new = session_id();
	ok($new !== $old, 'the new id is different');
	is($_SESSION, ['a' => 1, 'b' => 2], 'the session keeps its data');
	session_write_close();
	is(count(session_copies($cluster, $new)), 2, 'the new session has two copies');
	is(count(session_copies($cluster, $old)), $delete ? 0 : 2, $delete ? 'the old session is deleted' : 'the old session is kept');
	session_id($new);
	session_start();
	is($_SESSION, ['a' => 1, 'b' => 2], 'the new id has the data');
	session_destroy();
	session_id($old);
	session_start();
	is($_SESSION, $delete ? [] : ['a' => 1, 'b' => 2], 'the old id has the data only if it is kept');
	session_destroy();
	is(items($cluster), 0, 'no item is left');
}
ob_end_flush();

done();
?>
--EXPECT--
done
