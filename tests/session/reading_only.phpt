--TEST--
read_and_close and session_abort() change nothing
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
use_sessions($cluster);
session_id($id = new_id());
session_start();
$_SESSION['a'] = 1;
session_write_close();
$before = session_copies($cluster, $id);
session_start(['read_and_close' => true]);
is($_SESSION, ['a' => 1], 'the data is read');
$_SESSION['a'] = 2;
is(session_status(), PHP_SESSION_NONE, 'the session is closed');
is(session_copies($cluster, $id), $before, 'the copies are unchanged');
session_start();
$_SESSION['a'] = 3;
session_abort();
is(session_copies($cluster, $id), $before, 'session_abort() leaves the copies unchanged');
session_start();
is($_SESSION, ['a' => 1], 'the old data is there');
session_destroy();
session_id('unknown');
session_start(['read_and_close' => true]);
is($_SESSION, [], 'a new session that is only read');
is(items($cluster), 0, 'no item is stored');
ob_end_flush();

done();
?>
--EXPECT--
done
