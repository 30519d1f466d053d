--TEST--
In strict mode an id is valid if any node has its session, and an unknown id is replaced
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
use_sessions($cluster);
ini_set('session.use_strict_mode', '1');
session_id('stranger');
ok(session_start(), 'session_start() with an unknown id');
ok(session_id() !== 'stranger', 'the unknown id is replaced by a new id');
$id = session_id();
$_SESSION['a'] = 1;
session_write_close();
is(session_copies($cluster, 'stranger'), [], 'the unknown id has no session');
is(items($cluster), 2, 'only the new session is stored');

$key = ini_get('mcha.sess_prefix') . $id;
$known = function (string $when) use ($id): void {
	session_id($id);
	ok(session_start(), "$when: the session starts");
	is(session_id(), $id, "$when: the id is accepted");
	is($_SESSION, ['a' => 1], "$when: the session has its data");
	session_write_close();
};
$known('both copies');
foreach (array_keys(session_copies($cluster, $id)) as $node) {
	$cluster->delete($node, $key);
	$known("the copy on node $node is lost");
}
ini_set('mcha.retry_interval', '0');
foreach (array_keys(session_copies($cluster, $id)) as $node) {
	$cluster->kill($node);
	$known("node $node is killed");
	$cluster->restart($node);
	$known("node $node is back, empty");
}
session_id($id);
session_start();
session_destroy();
session_id($id);
session_start();
ok(session_id() !== $id, 'the id of a destroyed session is replaced');
session_destroy();
$ids = [];
for ($i = 0; $i < 50; $i++) {
	$ids[session_create_id('p-')] = true;
}
is(count($ids), 50, 'all new ids are different');
is(items($cluster), 0, 'new ids store no items');
ob_end_flush();

done();
?>
--EXPECT--
done
