--TEST--
Sessions go on when session.save_path is changed, and none that was ended comes back
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
	'one replaced' => [[0, 1, 2], [0, 1, 3]],
	'all replaced' => [[0, 1], [2, 3]],
];

/* Everything in one request: the handler opens for each session anew. */
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
		is(min(2, count(array_intersect(array_keys($copies), $now))), $i % 4 === 2 ? 0 : 2, "$case: with two copies in its pool");
		foreach (array_intersect(array_keys($copies), $now) as $node) {
			between($cluster->ttl($node, ini_get('mcha.sess_prefix') . $id), 1900, 2000, "$case: for its life");
		}
	}
	foreach ($ids as $i => $id) {
		is(with_session($id, fn() => $_SESSION['visits'] ?? null), [1, 2, null, 1][$i % 4], "$case: as it was left");
	}
	/* one request reads what another one has written, and waits for it */
	$other = visit($cluster, $ids[0], 'session_start(); echo $_SESSION["visits"]++, "\n"; fgets(STDIN);',
		['session.save_path' => pool_string($cluster, $now), 'mcha.sess_previous_servers' => pool_string($cluster, $before)]);
	is($other->hear(), '1', "$case: another request");
	$waiting = visit($cluster, $ids[0], 'echo "waits\n"; session_start(); echo $_SESSION["visits"], "\n";',
		['session.save_path' => pool_string($cluster, $now), 'mcha.sess_previous_servers' => pool_string($cluster, $before)]);
	is($waiting->hear(), 'waits', "$case: a third one");
	$other->tell('go');
	is($other->finish(), '', "$case: the second ends");
	is($waiting->hear(), '2', "$case: then the third goes on");
	is($waiting->finish(), '', "$case: without a word");
}

/* Without a save_path they lie in the pool of mcha.servers, and lay in the former one. */
ini_set('session.save_path', '');
ini_set('mcha.sess_previous_servers', '');
ini_set('mcha.servers', pool_string($cluster, [0, 1]));
with_session($id = new_id(), fn() => $_SESSION = ['here' => true]);
ini_set('mcha.servers', pool_string($cluster, [2, 3]));
ini_set('mcha.previous_servers', pool_string($cluster, [0, 1]));
is(with_session($id, fn() => $_SESSION['here'] ?? null), true, 'mcha.previous_servers');
ini_set('session.save_path', pool_string($cluster, [2]));
is(with_session(new_id(), fn() => count($_SESSION)), 0, 'counts for these alone');

/* What makes no sense is told. */
$said = visit($cluster, new_id(), 'var_dump(session_start());', ['mcha.sess_previous_servers' => 'a:b'])->finish();
ok(str_contains($said, '! session_start(): mcha.sess_previous_servers: server "a:b"') && str_ends_with($said, "bool(false)\n"), "not started, and by name: $said");
ob_end_flush();

done();
?>
--EXPECT--
done
