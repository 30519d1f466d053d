--TEST--
For any number of copies a write takes one round trip, a miss two, a conditional write two or three, a session five
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Three nodes behind slow links. The test divides the time of an operation by the delay of a link, and takes the least
 * of many tries, as a busy machine may be slow: an additional round trip never takes less than its delay. */
const LINK = 0.03;
const TRIES = 40;

$cluster = new Cluster(3);
$fronts = array_map(fn(Node $node) => new BadServer([['match' => '/^(mg|ms|md|ma) /', 'late' => LINK]], $node), $cluster->nodes);
$clients = [];
foreach ([1, 2, 3] as $copies) {
	$clients[$copies] = new McHA(null, null, implode(',', array_map(fn(BadServer $front) => $front->name, $fronts)));
	$clients[$copies]->setOptions([McHA::OPT_NUMBER_OF_REPLICAS => $copies - 1, McHA::OPT_COMPRESSION => false,
		McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
	$clients[$copies]->getMulti(range(1, 50)); /* connects */
}
$trips = function (callable $operation, float $most, string $what): void {
	$least = INF;
	for ($i = 0; $i < TRIES && $least > $most; $i++) {
		$begin = hrtime(true);
		$operation();
		$least = min($least, (hrtime(true) - $begin) / 1e9 / LINK);
	}
	between($least, 0.9, $most, $what);
};
foreach ($clients as $copies => $client) {
	$client->set('number', 1);
	$trips(fn() => $client->set('key', 'value'), 1.9, "set, copies: $copies");
	$trips(fn() => $client->get('key'), 1.9, "get, copies: $copies");
	$trips(fn() => $client->increment('number'), 1.9, "increment, copies: $copies");
	$trips(fn() => $client->touch('key', 100), 1.9, "touch, copies: $copies");
	$trips(fn() => $client->append('key', 'x'), 1.9, "append, copies: $copies");
	$trips(fn() => $client->delete('nothing'), 1.9, "delete, copies: $copies");
	$trips(fn() => $client->get('nothing'), 2.9, "a miss, copies: $copies");
	/* on links this slow the client asks the authority at the end whether another decision has been made meanwhile */
	$trips(fn() => $client->replace('key', 'value'), $copies > 1 ? 3.9 : 1.9, "replace, decided by the authority first, copies: $copies");
}

/* A session: the authority decides the lock; the client copies the lock and reads the data; it writes the data, decided
 * by the authority first; it releases the lock. */
use_sessions($cluster);
/* The client sends each other home its copy of the lock and the question whether it has the session's data in one packet,
 * which these links would delay twice: so they do not delay that question (mg without v or T). */
$fronts = array_map(fn(Node $node) => new BadServer([['match' => '/^(ms|md) |^mg .* [vT]/', 'late' => LINK]], $node), $cluster->nodes);
ini_set('session.save_path', implode(',', array_map(fn(BadServer $front) => $front->name, $fronts)));
ini_set('mcha.sess_persistent', '1');
foreach ([1, 2, 3] as $copies) {
	ini_set('mcha.sess_number_of_replicas', (string) ($copies - 1));
	$visit = function (string $id, bool $changes): void {
		session_id($id);
		session_start();
		$_SESSION['n'] = ($_SESSION['n'] ?? 0) + $changes;
		session_write_close();
	};
	$id = new_id();
	for ($i = 0; $i < 20; $i++) {
		$visit(new_id(), true); /* connects */
	}
	$visit($id, true);
	$trips(fn() => $visit($id, true), $copies > 1 ? 5.9 : 4.9, "a session that is changed, copies: $copies");
	$trips(fn() => $visit($id, false), 4.9, "a session that is not changed, copies: $copies");
	$trips(fn() => $visit(new_id(), true), $copies > 1 ? 5.9 : 4.9, "a new session, copies: $copies");
}
ob_end_flush();

done();
?>
--EXPECT--
done
