--TEST--
A session's data is stored on two nodes for the lifetime of the session
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
ok(session_start(), 'a new session starts');
is($_SESSION, [], 'a new session is empty');
$_SESSION = ['name' => 'value', 'list' => [1, 2.5, null, true], 'object' => new ArrayObject([1])];
$data = $_SESSION;
ok(session_write_close(), 'the session is written');
$copies = session_copies($cluster, $id);
is(count($copies), 2, 'two nodes have a copy');
is(count(array_unique($copies)), 1, 'both copies are equal');
is(current($copies), 'name|s:5:"value";list|a:4:{i:0;i:1;i:1;d:2.5;i:2;N;i:3;b:1;}object|' . serialize($data['object']), 'the data is encoded by PHP\'s session serializer');
foreach (array_keys($copies) as $node) {
	between($cluster->ttl($node, ini_get('mcha.sess_prefix') . $id), 1900, 2000, 'the TTL is session.gc_maxlifetime');
}
is(items($cluster), 2, 'there are no other items');

$_SESSION = [];
ok(session_start(), 'the session starts again');
is(serialize($_SESSION), serialize($data), 'the session has its data');
$_SESSION['name'] = 'changed';
unset($_SESSION['list']);
session_write_close();
session_start();
is($_SESSION['name'], 'changed', 'a change');
ok(!isset($_SESSION['list']), 'a removal');
ok(session_destroy(), 'the session is destroyed');
is(items($cluster), 0, 'no item is left');
session_id($id);
session_start();
is($_SESSION, [], 'a destroyed session is empty');
$_SESSION['large'] = str_repeat(random_bytes(1000), 500);
$large = $_SESSION['large'];
ok(session_write_close(), 'a large session is written');
session_start();
ok($_SESSION['large'] === $large, 'the large session is read');
$_SESSION = [];
ok(session_write_close(), 'an empty session is written');
session_start();
is($_SESSION, [], 'the empty session is read');
session_destroy();
ob_end_flush();

done();
?>
--EXPECT--
done
