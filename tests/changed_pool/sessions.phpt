--TEST--
Sessions go on after session.save_path is changed, and a destroyed session does not come back
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
session.gc_maxlifetime=2000
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

const SESSIONS = 40;
const CASES = [ /* before, now */
	'one node replaced' => [[0, 1, 2], [0, 1, 3]],
	'all nodes replaced' => [[0, 1], [2, 3]],
];

/* Works within one request, because session_start() opens the save handler each time. */
function in_pool(Cluster $cluster, array $now, array $before): void
{
	ini_set('session.save_path', pool_string($cluster, $now));
	ini_set('mcha.sess_previous_servers', pool_string($cluster, $before));
}

function with_session(string $id, callable $use): mixed
{
	session_id($id);
	ok(session_start(), "$id is started");
	$result = $use();
	session_write_close();
	return $result;
}

$cluster = new Cluster(4);
use_sessions($cluster);
foreach (CASES as $case => [$before, $now]) {
	$ids = array_map(fn(int $i) => new_id("visitor$i"), range(1, SESSIONS));
	in_pool($cluster, $before, []);
	foreach ($ids as $id) {
		with_session($id, fn() => $_SESSION = ['of' => $id, 'visits' => 1]);
	}
	in_pool($cluster, $now, $before);
	foreach ($ids as $i => $id) {
		is(with_session($id, function () use ($i) {
			$of = $_SESSION['of'] ?? null;
			if ($i % 4 === 1) {
				$_SESSION['visits']++;
			} elseif ($i % 4 === 2) {
				session_destroy();
			}
			return $of;
		}), $id, "$case: a session goes on");
		$copies = session_copies($cluster, $id);
		is(min(2, count(array_intersect(array_keys($copies), $now))), $i % 4 === 2 ? 0 : 2, "$case: the session has two copies in the present pool, or none if it was destroyed");
		foreach (array_intersect(array_keys($copies), $now) as $node) {
			between($cluster->ttl($node, ini_get('mcha.sess_prefix') . $id), 1900, 2000, "$case: a copy of the session keeps its time to live");
		}
	}
	foreach ($ids as $i => $id) {
		is(with_session($id, fn() => $_SESSION['visits'] ?? null), [1, 2, null, 1][$i % 4], "$case: the session has its last value");
	}
	/* A request waits for the session's lock, and reads what the other request wrote. */
	$other = visit($cluster, $ids[0], 'session_start(); echo $_SESSION["visits"]++, "\n"; fgets(STDIN);',
		['session.save_path' => pool_string($cluster, $now), 'mcha.sess_previous_servers' => pool_string($cluster, $before)]);
	is($other->hear(), '1', "$case: a second request reads the session");
	$waiting = visit($cluster, $ids[0], 'echo "waits\n"; session_start(); echo $_SESSION["visits"], "\n";',
		['session.save_path' => pool_string($cluster, $now), 'mcha.sess_previous_servers' => pool_string($cluster, $before)]);
	is($waiting->hear(), 'waits', "$case: a third request waits for the lock");
	$other->tell('go');
	is($other->finish(), '', "$case: the second request ends without complaint");
	is($waiting->hear(), '2', "$case: the third request reads the new value");
	is($waiting->finish(), '', "$case: the third request ends without complaint");
}

/* Without a save_path sessions are in the pool of mcha.servers, and mcha.previous_servers is their previous pool. */
ini_set('session.save_path', '');
ini_set('mcha.sess_previous_servers', '');
ini_set('mcha.servers', pool_string($cluster, [0, 1]));
with_session($id = new_id(), fn() => $_SESSION = ['here' => true]);
ini_set('mcha.servers', pool_string($cluster, [2, 3]));
ini_set('mcha.previous_servers', pool_string($cluster, [0, 1]));
is(with_session($id, fn() => $_SESSION['here'] ?? null), true, 'a session is read from the pool of mcha.previous_servers');
ini_set('session.save_path', pool_string($cluster, [2]));
is(with_session(new_id(), fn() => count($_SESSION)), 0, 'a new session with a save_path is empty');

/* An invalid previous pool is refused. */
$said = visit($cluster, new_id(), 'var_dump(session_start());', ['mcha.sess_previous_servers' => 'a:b'])->finish();
ok(str_contains($said, '! session_start(): mcha.sess_previous_servers: server "a:b"') && str_ends_with($said, "bool(false)\n"), "session_start() fails and names the directive: $said");
ob_end_flush();

done();
?>
--EXPECT--
done
