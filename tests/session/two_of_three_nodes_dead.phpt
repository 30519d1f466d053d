--TEST--
With two of three nodes dead, known and new visitors can start a session
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=3600
mcha.retry_interval_max=7200
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const VISITORS = 12;
/* ids that PHP creates: the first request of a visitor, without a cookie */
const FIRST = 'set_error_handler(function (int $level, string $message) { echo "! ", strtok($message, "\n"), "\n"; return true; });
	session_start(); $_SESSION["n"] = 1; echo session_id(), "\n"; session_write_close();';
const NEXT = 'session_start(); $_SESSION["n"] = 1 + ($_SESSION["n"] ?? 0); echo $_SESSION["n"], "\n"; session_write_close();';
const READ = 'session_start(); echo $_SESSION["n"], "\n"; session_write_close();'; /* with session.lazy_write this touches the session */

foreach ([1, 0] as $locking) {
	$ini = ['mcha.sess_locking' => $locking];
	$cluster = new Cluster(3);
	$first_visit = fn(): string => (new Child(FIRST, [], $ini + session_settings($cluster)))->finish();
	$next_visit = fn(string $id): string => visit($cluster, $id, NEXT, $ini)->finish();
	$known = [];
	for ($i = 0; $i < VISITORS; $i++) {
		$known[] = trim($first_visit());
	}
	do {
		$lost = trim($first_visit());
	} while (array_keys(session_copies($cluster, $lost)) !== [0, 1]);
	$cluster->kill(0);
	foreach ($known as $id) {
		is($next_visit($id), "2\n", "locking $locking, one node is dead: a known visitor's session continues");
	}
	$cluster->kill(1);
	foreach ($known as $id) {
		is($next_visit($id), "3\n", "locking $locking, two nodes are dead: a known visitor's session continues");
	}
	foreach ($known as $id) {
		is(visit($cluster, $id, READ, $ini)->finish(), "3\n", "locking $locking, two nodes are dead: an unchanged session is touched");
	}
	for ($i = 0; $i < VISITORS; $i++) {
		$id = trim($first_visit());
		is(preg_match('/^[0-9a-zA-Z,-]{20,}$/', $id), 1, "locking $locking, two nodes are dead: a new visitor gets a session: $id");
		is($next_visit($id), "2\n", "locking $locking, two nodes are dead: a new visitor's session continues");
	}
	is(session_copies($cluster, $id) !== [], true, 'the node that is up has the data');
	if ($locking) {
		$said = visit($cluster, $lost, 'var_dump(session_start());', $ini)->finish();
		ok(str_contains($said, 'could not read the session') && str_ends_with($said, "bool(false)\n"),
			"a session whose copies are all on dead nodes is not replaced by an empty one: $said");
	}
}

done();
?>
--EXPECT--
done
