--TEST--
In strict mode an id is known if any copy is, and a stranger's id is replaced
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
use_sessions($cluster);
ini_set('session.use_strict_mode', '1');
session_id('stranger');
ok(session_start(), 'an unknown id');
ok(session_id() !== 'stranger', 'is replaced by a new one');
$id = session_id();
$_SESSION['a'] = 1;
session_write_close();
is(session_copies($cluster, 'stranger'), [], 'nothing is kept under the unknown one');
is(items($cluster), 2, 'nor anything else but the new one');

$key = ini_get('mcha.sess_prefix') . $id;
$known = function (string $when) use ($id): void {
	session_id($id);
	ok(session_start(), "$when: it starts");
	is(session_id(), $id, "$when: the id is known");
	is($_SESSION, ['a' => 1], "$when: with its data");
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
ok(session_id() !== $id, 'what was destroyed is unknown');
session_destroy();
$ids = [];
for ($i = 0; $i < 50; $i++) {
	$ids[session_create_id('p-')] = true;
}
is(count($ids), 50, 'new ids are new');
is(items($cluster), 0, 'and leave nothing behind');
ob_end_flush();

done();
?>
--EXPECT--
done
