--TEST--
An unchanged session is touched on all replicas, and not written
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
session.gc_maxlifetime=3000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
use_sessions($cluster);
session_id($id = new_id());
session_start();
$_SESSION['a'] = 1;
session_write_close();
$key = ini_get('mcha.sess_prefix') . $id;
$nodes = array_keys($cluster->copies($key));
is(count($nodes), 2, 'two nodes have a copy');
$version = fn(int $node) => preg_replace('/^.* c(\d+).*$/s', '$1', ' ' . $cluster->raw($node, "mg $key c\r\n"));
$versions = array_map($version, $nodes);
foreach ($nodes as $node) {
	$cluster->raw($node, "touch $key 100\r\n");
}
session_start();
session_write_close();
foreach ($nodes as $node) {
	between($cluster->ttl($node, $key), 2900, 3000, "node $node: the TTL starts again");
}
is(array_map($version, $nodes), $versions, 'the copies were not written');

foreach ($nodes as $lost) {
	$cluster->delete($lost, $key);
	session_start();
	is($_SESSION, ['a' => 1], "node $lost lost its copy: the session is found");
	session_write_close();
	is(count($cluster->copies($key)), 2, "node $lost lost its copy: the copy is restored");
	between($cluster->ttl($lost, $key), 2900, 3000, "node $lost lost its copy: the restored copy has the whole TTL");
}
session_start();
foreach ($nodes as $node) {
	$cluster->delete($node, $key);
}
ok(session_write_close(), 'all copies vanish while the session is open');
is(count($cluster->copies($key)), 2, 'the session is written again');

ini_set('session.lazy_write', '0');
session_start();
$versions = array_map($version, $nodes);
session_write_close();
ok(array_map($version, $nodes) !== $versions, 'session.lazy_write=0: an unchanged session is written');

ini_set('session.gc_maxlifetime', (string) (60 * 86400));
session_start();
session_write_close();
foreach ($nodes as $node) {
	between($cluster->ttl($node, $key), 59 * 86400, 60 * 86400 + 1, 'a lifetime of more than a month is kept');
}
ob_end_flush();

done();
?>
--EXPECT--
done
