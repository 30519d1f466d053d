--TEST--
One process at a time has the lock, each with a greater number, while nodes are killed, restarted empty and stopped
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
ini_set('precision', '17'); /* numbers are floats in 32-bit PHP */

/* What the lock protects: a number in a file, read, and written one greater. */
$work = '
	while (!file_exists("$path/stop")) {
		$lock = $client->lock("work", 5, 1);
		if (!$lock) {
			continue;
		}
		$alone = @fopen("$path/inside", "x");
		$alone || note("trouble", "$number is not alone");
		$count = (int) @file_get_contents("$path/count");
		note("numbers", $lock->getFencingToken());
		file_put_contents("$path/count", $count + 1);
		unlink("$path/inside");
		if ($lock->isHeld()) {
			$lock->release() || note("lost", $client->getResultMessage());
		} else {
			note("trouble", "$number was stopped for longer than its lock lives");
		}
	}';
$events = [
	2 => ['kill 0', 'restart 0', 'stop 1', 'cont 1'],
	3 => ['kill 0', 'restart 0', 'stop 1', 'cont 1', 'kill 2', 'restart 2', 'kill 1', 'restart 1'],
];
foreach ($events as $copies => $script) {
	$cluster = new Cluster($copies);
	$crowd = new Crowd($cluster, 5, $work,
		[McHA::OPT_NUMBER_OF_REPLICAS => $copies - 1, McHA::OPT_CONNECT_TIMEOUT => 500, McHA::OPT_OPERATION_TIMEOUT => 2000],
		['mcha.retry_interval' => 1, 'mcha.retry_interval_max' => 1]);
	$crowd->go();
	$progress = function (string $after) use ($crowd, $copies): void {
		$before = count($crowd->notes('numbers'));
		wait_until(fn() => count($crowd->notes('numbers')) > $before + 20, what: "work to go on, $copies copies, after $after");
	};
	$progress('the start');
	foreach ($script as $event) {
		[$what, $node] = explode(' ', $event);
		$cluster->$what((int) $node);
		$progress($event);
	}
	touch("$crowd->path/stop");
	is(array_unique($crowd->finish()), [''], "$copies copies: nobody complains");
	$numbers = array_map(fn(string $number) => $number + 0 /* a float in 32-bit PHP */, $crowd->notes('numbers'));
	$sorted = array_unique($numbers);
	sort($sorted);
	is($crowd->notes('trouble'), [], "$copies copies: one at a time");
	is((int) file_get_contents("$crowd->path/count"), count($numbers), "$copies copies: none overwrote another's work");
	is($numbers === $sorted, true, "$copies copies: numbers grow");
}

done();
?>
--EXPECT--
done
