--TEST--
Three nodes, two copies: 100 sessions survive the kill and the empty restart of each node in turn
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.sess_connect_timeout=10000
session.save_handler=mcha
session.use_strict_mode=0
session.use_cookies=0
session.cache_limiter=
session.gc_maxlifetime=5000
output_buffering=1000000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
ini_set('session.save_path', $cluster->servers());
$ids = [];
for ($i = 0; $i < 100; $i++) {
	$ids[$i] = "visitor$i" . bin2hex(random_bytes(8));
	session_id($ids[$i]);
	ok(session_start(), 'a session begins');
	$_SESSION = ['name' => "visitor $i", 'visits' => 0];
	session_write_close();
}
$visits = 0;
$visit = function (string $when) use ($ids, &$visits): void {
	$visits++;
	foreach ($ids as $i => $id) {
		session_id($id);
		ok(session_start(), "$when: session $i starts");
		is($_SESSION['name'] ?? null, "visitor $i", "$when: session $i has its own data");
		is(++$_SESSION['visits'], $visits, "$when: session $i has counted each visit");
		session_write_close();
		$_SESSION = [];
	}
};
$copies = function (string $id) use ($cluster): int {
	return count($cluster->copies(ini_get('mcha.sess_prefix') . $id));
};
$locks = function (string $when) use ($cluster, $ids): void {
	foreach ($ids as $i => $id) {
		is($cluster->copies(ini_get('mcha.sess_prefix') . "lock.$id"), [], "$when: no node has a lock of session $i");
	}
};
$visit('all up');
foreach ($ids as $id) {
	is($copies($id), 2, 'a session has two copies');
}
foreach ([0, 1, 2] as $node) {
	$cluster->kill($node);
	$visit("node $node killed");
	$cluster->restart($node);
	$visit("node $node restarted empty");
	$locks("node $node restarted");
	foreach ($ids as $id) {
		ok($copies($id) >= 2, "node $node restarted: a session has two copies again");
	}
}

done();
?>
--EXPECT--
done
