--TEST--
session_regenerate_id moves the data, and keeps or deletes the old
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
	ok(session_regenerate_id($delete), 'it gets a new id');
	$new = session_id();
	ok($new !== $old, 'which is another');
	is($_SESSION, ['a' => 1, 'b' => 2], 'and keeps its data');
	session_write_close();
	is(count(session_copies($cluster, $new)), 2, 'the new one has two copies');
	is(count(session_copies($cluster, $old)), $delete ? 0 : 2, $delete ? 'the old one is gone' : 'the old one stays');
	session_id($new);
	session_start();
	is($_SESSION, ['a' => 1, 'b' => 2], 'it goes on under the new one');
	session_destroy();
	session_id($old);
	session_start();
	is($_SESSION, $delete ? [] : ['a' => 1, 'b' => 2], 'and what is under the old one');
	session_destroy();
	is(items($cluster), 0, 'nothing is left');
}
ob_end_flush();

done();
?>
--EXPECT--
done
