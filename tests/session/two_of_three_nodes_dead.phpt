--TEST--
With two of three nodes dead sessions start, for those who were here and for those who are new
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=3600
mcha.retry_interval_max=7200
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const VISITORS = 12;
/* ids that PHP makes up: the visitor's first request, which no cookie comes with */
const FIRST = 'set_error_handler(function (int $level, string $message) { echo "! ", strtok($message, "\n"), "\n"; return true; });
	session_start(); $_SESSION["n"] = 1; echo session_id(), "\n"; session_write_close();';
const NEXT = 'session_start(); $_SESSION["n"] = 1 + ($_SESSION["n"] ?? 0); echo $_SESSION["n"], "\n"; session_write_close();';
const READ = 'session_start(); echo $_SESSION["n"], "\n"; session_write_close();'; /* session.lazy_write touches */

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
		is($next_visit($id), "2\n", "locking $locking, one node is dead: whoever was here goes on");
	}
	$cluster->kill(1);
	foreach ($known as $id) {
		is($next_visit($id), "3\n", "locking $locking, two are dead: whoever was here goes on");
	}
	foreach ($known as $id) {
		is(visit($cluster, $id, READ, $ini)->finish(), "3\n", "locking $locking, two are dead: whoever only reads is prolonged");
	}
	for ($i = 0; $i < VISITORS; $i++) {
		$id = trim($first_visit());
		is(preg_match('/^[0-9a-zA-Z,-]{20,}$/', $id), 1, "locking $locking, two are dead: a new visitor comes in: $id");
		is($next_visit($id), "2\n", "locking $locking, two are dead: and goes on");
	}
	is(session_copies($cluster, $id) !== [], true, 'the data lies on the living node');
	if ($locking) {
		$said = visit($cluster, $lost, 'var_dump(session_start());', $ini)->finish();
		ok(str_contains($said, 'could not read the session') && str_ends_with($said, "bool(false)\n"),
			"a visitor whose data only the dead nodes have is not given an empty session: $said");
	}
}

done();
?>
--EXPECT--
done
