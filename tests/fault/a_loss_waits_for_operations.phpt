--TEST--
The rig calls copies converged only when the operations that were under way have ended, those of stopped workers too
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (!function_exists('pcntl_fork')) {
	die('skip PHP without pcntl');
}
if (getenv('MCHA_VALGRIND_LOGS')) {
	die('skip operations exceed their timeouts under valgrind');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/round.inc';

$folder = new Folder();
$cluster = new FaultyCluster(2, 1);
$setup = new Setup();
$setup->draws = ['logs'];
$setup->nodes = $setup->servers = explode(',', $cluster->servers());
$setup->backends = $cluster->backends();
$setup->workers = 1;
$setup->timeout = 60000;
$setup->folder = $folder->path;
$host = Round::startHost($setup, MchaSubject::class);
is($host->hear(), 'ready', 'the host is ready');
$history = "$setup->folder/w1.history";
$holders = fn() => array_filter(glob('/proc/[0-9]*/fd/*'), fn(string $file) => @readlink($file) === $history);
$worker = (int) explode('/', wait_until(fn() => current($holders())))[2];
$signal = fn(string $name) => exec("kill -$name $worker");

/* An operation asks a node that gives no answer, and its worker is stopped. */
$cluster->apply(0, ['deaf']);
wait_until(function () use ($history, &$open) {
	$before = $open;
	$open = History::underWay($history);
	usleep(50000);
	return $open && $open === $before && $open === History::underWay($history);
});
$signal('STOP');
$cluster->heal(0);
$host->tell('converge');
ok(!$host->speaks(1.0), 'nothing has converged while the operation is under way');
is(History::underWay($history), $open, 'the operation is still under way');
$signal('CONT');
[$word, $since] = explode(' ', $host->hear()) + ['', ''];
is($word, 'converged', 'the copies have converged');
preg_match("/^e\t$open[0]\t(\d+)\t/m", file_get_contents($history), $found);
ok(isset($found[1]) && (int) $since >= (int) $found[1], 'since a moment after the end of the operation');
is($host->finish(), '', 'the host ends');
$cluster->end();

/* underWay() reads the end of a file, and may begin in the middle of a line. */
$lines = '';
for ($i = 1; $i <= 3000; $i++) {
	$lines .= "b\t$i\t$i\tget\tkey$i\t\n" . ($i === 1 || $i === 3000 ? '' : "e\t$i\t$i\tok\t\tcopies 1\n");
}
file_put_contents("$folder->path/long", $lines);
is(History::underWay("$folder->path/long"), ['3000'], 'an operation that has not ended');
is(History::underWay("$folder->path/none"), [], 'a worker that has not begun');

done();
?>
--EXPECT--
done
