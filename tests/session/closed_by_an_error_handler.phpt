--TEST--
An error handler may close the session whose warning it handles, and start another session
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$holder = visit($cluster, 'held', 'session_start(); echo "started\n"; fgets(STDIN); session_write_close();');
is($holder->hear(), 'started', 'another process holds the lock');
use_sessions($cluster);
ini_set('mcha.sess_lock_timeout', '20');
$warnings = 0;
set_error_handler(function (int $level, string $text) use (&$warnings) {
	if ($warnings++ < 3) {
		session_abort();
		@session_destroy();
		session_id(new_id());
		session_start();
		session_write_close();
	}
	return true;
});

/* A session that cannot be locked, */
session_id('held');
session_start();
ok($warnings > 0, 'session_start() warned that the lock is held');
session_abort();

/* that cannot be read, */
$warnings = 0;
$id = new_id();
foreach (array_keys($cluster->nodes) as $i) {
	$cluster->raw($i, 'set ' . ini_get('mcha.sess_prefix') . "$id 5 0 10\r\nno session\r\n");
}
session_id($id);
session_start();
session_abort();

/* or that cannot be written, touched or destroyed. */
foreach (['session_write_close', 'session_destroy', 'session_reset'] as $end) {
	$warnings = 0;
	session_id(new_id());
	session_start();
	$_SESSION['a'] = $end === 'session_reset' ? null : 1;
	$cluster->kill(0);
	$cluster->kill(1);
	$end();
	ok($warnings > 0, "$end gave a warning");
	$cluster->restart(0);
	$cluster->restart(1);
	wait_until(fn() => (session_id(new_id()) || true) && session_start() && session_abort(), what: 'sessions to work again');
}
$holder->finish();
ob_end_clean();
done();
?>
--EXPECT--
done
