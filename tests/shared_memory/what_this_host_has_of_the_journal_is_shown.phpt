--TEST--
getNodes() and phpinfo() show whether the journal is used, and how much of it this host has read and written
--SKIPIF--
<?php require __DIR__ . '/../lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../lib/test.inc';

$look = <<<'CODE'
	$client = new McHA();
	$client->get('any');
	if ($argv[1] === 'write') {
		$client->setMulti(array_fill_keys(array_map(fn(int $i) => "key$i", range(1, 40)), 'value'));
	}
	ob_start();
	phpinfo(INFO_MODULES);
	preg_match('/^Journal => (.*)$/m', ob_get_clean(), $found);
	echo json_encode(['info' => $found[1], 'nodes' => array_column($client->getNodes(), 'journal')]);
	CODE;
$cluster = new Cluster(4);
$host = fn(string $does, int $interval) => ask_php($look, [$does], ['mcha.servers' => $cluster->servers(), 'mcha.hint_interval' => $interval]);

$off = $host('read', 0);
is($off, ['info' => 'off (mcha.hint_interval is 0)', 'nodes' => [null, null, null, null]], 'without an interval there is no journal');

$idle = $host('read', 60000);
$logs = array_filter($idle['nodes']);
is(count($logs), 3, 'three of four nodes keep a log');
ok(preg_match('/^every 60000 ms, last read \d+ ms ago; 0 records written, 0 read; 0 logs lost$/', $idle['info']), "before any record: $idle[info]");

$log = array_key_first($logs);
$cluster->kill($log);
$writer = $host('write', 60000);
is($writer['nodes'][$log]['read_ms_ago'], null, 'a log that cannot be reached is not read');
is($writer['nodes'][$log]['written'], 0, 'and nothing is written there');
foreach (array_diff(array_keys($logs), [$log]) as $node) {
	between($writer['nodes'][$node]['written'], 1, 80, "node $node: a record for each write that the killed node has missed");
	ok(is_int($writer['nodes'][$node]['read_ms_ago']), "node $node: the log was read");
}

$reader = $host('read', 60000);
foreach (array_diff(array_keys($logs), [$log]) as $node) {
	is($reader['nodes'][$node]['read'], $writer['nodes'][$node]['written'], "node $node: another host has read the records");
	is($reader['nodes'][$node]['lost'], 0, "node $node: the log is not lost");
}

done();
?>
--EXPECT--
done
