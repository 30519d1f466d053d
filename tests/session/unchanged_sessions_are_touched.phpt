--TEST--
An unchanged session is touched on all copies, and not written
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
is(count($nodes), 2, 'two copies');
$version = fn(int $node) => preg_replace('/^.* c(\d+).*$/s', '$1', ' ' . $cluster->raw($node, "mg $key c\r\n"));
$versions = array_map($version, $nodes);
foreach ($nodes as $node) {
	$cluster->raw($node, "touch $key 100\r\n");
}
session_start();
session_write_close();
foreach ($nodes as $node) {
	between($cluster->ttl($node, $key), 2900, 3000, "node $node: it lives again as long as ever");
}
is(array_map($version, $nodes), $versions, 'without having been written');

foreach ($nodes as $lost) {
	$cluster->delete($lost, $key);
	session_start();
	is($_SESSION, ['a' => 1], "node $lost lost it: it is found");
	session_write_close();
	is(count($cluster->copies($key)), 2, "node $lost lost it: and has it again");
	between($cluster->ttl($lost, $key), 2900, 3000, "node $lost lost it: for its whole life");
}
session_start();
foreach ($nodes as $node) {
	$cluster->delete($node, $key);
}
ok(session_write_close(), 'all copies vanish while it is in use');
is(count($cluster->copies($key)), 2, 'it is written anew');

ini_set('session.lazy_write', '0');
session_start();
$versions = array_map($version, $nodes);
session_write_close();
ok(array_map($version, $nodes) !== $versions, 'session.lazy_write=0: it is written');

ini_set('session.gc_maxlifetime', (string) (60 * 86400));
session_start();
session_write_close();
foreach ($nodes as $node) {
	between($cluster->ttl($node, $key), 59 * 86400, 60 * 86400 + 1, 'a life of more than a month is that long');
}
ob_end_flush();

done();
?>
--EXPECT--
done
