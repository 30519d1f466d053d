--TEST--
Sessions that are only read, without persistent connections, survive the restart of all nodes one after the other
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.sess_persistent=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const VISITORS = 30;

$cluster = new Cluster(3);
use_sessions($cluster);
$ids = array_map(fn(int $i) => new_id("visitor$i"), range(1, VISITORS));
foreach ($ids as $i => $id) {
	session_id($id);
	session_start();
	$_SESSION['user'] = $i;
	session_write_close();
}
$logged_out = function () use ($ids): int {
	$out = 0;
	foreach ($ids as $i => $id) {
		session_id($id);
		session_start(['read_and_close' => true]);
		$out += ($_SESSION['user'] ?? null) !== $i;
	}
	return $out;
};
for ($restart = 0; $restart < 5; $restart++) {
	$cluster->restart($restart % 3);
	for ($i = 0; $i < 3; $i++) {
		is($logged_out(), 0, "after restart $restart: no visitor is logged out");
	}
	wait_until(function () use ($cluster, $ids, $logged_out) {
		$logged_out();
		return !array_filter($ids, fn(string $id) => count(session_copies($cluster, $id)) < 2);
	}, what: "all sessions to have two copies again after restart $restart");
}

done();
?>
--EXPECT--
done
