--TEST--
A session's data is kept on two nodes, for as long as the session lives
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
session.gc_maxlifetime=2000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
use_sessions($cluster);
session_id($id = new_id());
ok(session_start(), 'a new session');
is($_SESSION, [], 'is empty');
$_SESSION = ['name' => 'value', 'list' => [1, 2.5, null, true], 'object' => new ArrayObject([1])];
$copy = $_SESSION;
ok(session_write_close(), 'it is written');
$copies = session_copies($cluster, $id);
is(count($copies), 2, 'on two nodes');
is(count(array_unique($copies)), 1, 'alike');
is(current($copies), 'name|s:5:"value";list|a:4:{i:0;i:1;i:1;d:2.5;i:2;N;i:3;b:1;}object|' . serialize($copy['object']), 'as PHP encodes it');
foreach (array_keys($copies) as $node) {
	between($cluster->ttl($node, ini_get('mcha.sess_prefix') . $id), 1900, 2000, 'for its life');
}
is(items($cluster), 2, 'and nothing else');

$_SESSION = [];
ok(session_start(), 'it is there again');
is(serialize($_SESSION), serialize($copy), 'with its data');
$_SESSION['name'] = 'changed';
unset($_SESSION['list']);
session_write_close();
session_start();
is($_SESSION['name'], 'changed', 'a change');
ok(!isset($_SESSION['list']), 'a removal');
ok(session_destroy(), 'it is destroyed');
is(items($cluster), 0, 'nothing is left');
session_id($id);
session_start();
is($_SESSION, [], 'it is empty again');
$_SESSION['large'] = str_repeat(random_bytes(1000), 500);
$large = $_SESSION['large'];
ok(session_write_close(), 'a large one');
session_start();
ok($_SESSION['large'] === $large, 'is read');
$_SESSION = [];
ok(session_write_close(), 'an empty one');
session_start();
is($_SESSION, [], 'too');
session_destroy();
ob_end_flush();

done();
?>
--EXPECT--
done
