--TEST--
A process forked while a session is open neither releases its parent's lock nor writes the session
--SKIPIF--
<?php
$needs = ['memcached', 'pcntl'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$prefix = ini_get('mcha.sess_prefix');
$ends = [
	'at its end' => '', 'by exit' => 'exit;', 'by session_write_close()' => 'session_write_close();',
	'by session_abort()' => 'session_abort();', 'with something else to write' => '$_SESSION["a"] = "the child\'s";',
	'by session_reset()' => 'session_reset();',
];
foreach ([0, 1] as $persistent) {
	foreach ($ends as $name => $code) {
		$what = "$name, persistent: $persistent";
		$id = new_id();
		$ini = ['mcha.sess_persistent' => $persistent, 'mcha.sess_lock_expire' => 600, 'mcha.sess_lock_timeout' => 200];
		visit($cluster, $id, 'session_start(); $_SESSION["a"] = "old";')->finish();
		$parent = visit($cluster, $id, '
			session_start();
			if (pcntl_fork() === 0) {
				ini_set("display_errors", 0);
				' . $code . '
				exit;
			}
			pcntl_wait($status);
			echo "waited\n";
			fgets(STDIN);
			$_SESSION["a"] = "the parent\'s";
			session_write_close();
			echo "closed\n";', $ini);
		/* a child whose write is refused prints a warning first */
		for ($said = []; ($line = $parent->hear()) !== null && $line !== 'waited'; $said[] = $line) {
		}
		is($line, 'waited', "$what: the child has ended");
		if ($name === 'with something else to write') {
			ok(str_contains(implode("\n", $said), 'session ' . shown_id($id) . ' was not written: this process was forked'), "$what: the child gets a warning: " . implode("\n", $said));
			ok(!str_contains(implode("\n", $said), $id), "$what: the warning does not show the id");
		} elseif ($name !== 'by session_reset()') {
			is($said, [], "$what: the child prints no warning");
		}
		is(count($cluster->copies("{$prefix}lock.$id")), 2, "$what: the parent still has its lock");
		is(visit($cluster, $id, 'var_dump(session_start());', ['mcha.sess_lock_timeout' => 100])->hear(),
			'! session_start(): could not lock the session: another request holds its lock; gave up after 100 milliseconds (mcha.sess_lock_timeout)', "$what: another request waits for the lock");
		$parent->tell('go');
		is($parent->hear(), 'closed', "$what: the parent writes without a warning");
		is($parent->finish(), '', "$what: the parent ends normally");
		is($cluster->copies("{$prefix}lock.$id"), [], "$what: the lock is released");
		is(visit($cluster, $id, 'session_start(); echo $_SESSION["a"];')->finish(), "the parent's", "$what: the session has the parent's data");
	}
}

/* A child that starts another session takes that session's lock. */
$parent = visit($cluster, $id = new_id(), '
	session_start();
	$_SESSION["a"] = 1;
	if (pcntl_fork() === 0) {
		session_abort();
		session_id($argv[1] . "child");
		session_start();
		$_SESSION["b"] = 2;
		session_write_close();
		exit;
	}
	pcntl_wait($status);
	session_write_close();
	session_id($argv[1] . "child");
	session_start();
	echo $_SESSION["b"];');
is($parent->finish(), '2', 'the child writes its own session');
is($cluster->copies("{$prefix}lock.{$id}child"), [], 'the child releases its lock');

done();
?>
--EXPECT--
done
