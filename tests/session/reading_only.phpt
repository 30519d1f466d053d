--TEST--
read_and_close and session_abort change nothing
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
is($_SESSION, ['a' => 1], 'it is read');
$_SESSION['a'] = 2;
is(session_status(), PHP_SESSION_NONE, 'and closed');
is(session_copies($cluster, $id), $before, 'nothing is written');
session_start();
$_SESSION['a'] = 3;
session_abort();
is(session_copies($cluster, $id), $before, 'nor when it is aborted');
session_start();
is($_SESSION, ['a' => 1], 'the old data is there');
session_destroy();
session_id('unknown');
session_start(['read_and_close' => true]);
is($_SESSION, [], 'a new one, only read');
is(items($cluster), 0, 'leaves nothing behind');
ob_end_flush();

done();
?>
--EXPECT--
done
