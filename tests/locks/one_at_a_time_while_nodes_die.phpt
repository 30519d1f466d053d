--TEST--
One process at a time holds a lock, each with a greater fencing token, while nodes are killed, restarted empty and stopped
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/holders.inc';

$events = [
	2 => ['kill 0', 'restart 0', 'stop 1', 'cont 1'],
	3 => ['kill 0', 'restart 0', 'stop 1', 'cont 1', 'kill 2', 'restart 2', 'kill 1', 'restart 1'],
];
foreach ($events as $copies => $script) {
	$cluster = new Cluster($copies);
	$crowd = new Crowd($cluster, 5, Holders::WORK,
		[McHA::OPT_NUMBER_OF_REPLICAS => $copies - 1, McHA::OPT_CONNECT_TIMEOUT => 500, McHA::OPT_OPERATION_TIMEOUT => 2000],
		['mcha.retry_interval' => 1, 'mcha.retry_interval_max' => 1]);
	$holders = new Holders($crowd);
	$crowd->go();
	$progress = function (string $after) use ($holders, $copies): void {
		$before = $holders->listen();
		wait_until(fn() => $holders->listen() > $before + 20, what: "work to go on, $copies copies, after $after");
	};
	$progress('the start');
	foreach ($script as $event) {
		[$what, $node] = explode(' ', $event);
		$holders->event($event);
		$cluster->$what((int) $node);
		$holders->event("$event: done");
		$progress($event);
	}
	is($holders->finish(), '', "$copies copies: no process prints an error");
	is($holders->judge(), '', "$copies copies: one process at a time held the lock");
}

done();
?>
--EXPECT--
done
