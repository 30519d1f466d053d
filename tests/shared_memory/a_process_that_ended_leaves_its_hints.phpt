--TEST--
What a node missed is known to a process that starts after the writing process has ended, by the host's memory or by the journal
--SKIPIF--
<?php require __DIR__ . '/../lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/../lib/test.inc';

const COUNT = 60;
$work = <<<'CODE'
	$client = new McHA();
	for ($i = 0; $i < (int) $argv[1]; $i++) {
		$client->set("value$i", 'new') || print("set $i: {$client->getResultMessage()}\n");
		$client->increment("counter$i", 5) || print("increment $i: {$client->getResultMessage()}\n");
		$client->delete("gone$i") || print("delete $i: {$client->getResultMessage()}\n");
	}
	CODE;
$look = <<<'CODE'
	$client = new McHA();
	$said = ['stale' => 0, 'wrong' => 0, 'back' => 0, 'failed' => 0];
	foreach (['value' => ['new', 'stale'], 'counter' => [15, 'wrong'], 'gone' => [false, 'back']] as $name => [$right, $wrong]) {
		for ($i = 0; $i < (int) $argv[1]; $i++) {
			$value = $client->get("$name$i");
			if ($value === false && $client->getResultCode() !== McHA::RES_NOTFOUND) {
				$said['failed']++;
			} elseif ($value != $right) {
				$said[$wrong]++;
			}
		}
	}
	echo json_encode($said);
	CODE;

$folder = new Folder();
$cases = ['one file' => ["$folder->path/memory", 0], 'the journal' => ['off', 1000], 'the journal over text' => ['off', 1000, 'text'], 'neither' => ['off', 0]];
foreach ($cases as $title => $case) {
	[$memory, $interval, $protocol] = [...$case, 'auto'];
	$cluster = new Cluster(3);
	$ini = ['mcha.servers' => $cluster->servers(), 'mcha.shared_memory' => $memory, 'mcha.connect_timeout' => 10000,
	'mcha.operation_timeout' => 12000, 'mcha.hint_interval' => $interval, 'mcha.protocol' => $protocol];
	$client = $cluster->client();
	for ($i = 0; $i < COUNT; $i++) {
		$client->set("value$i", 'old');
		$client->set("counter$i", 10);
		$client->set("gone$i", 'old');
	}
	$cluster->stop(1);
	$said = run_php($work, [COUNT], $ini);
	is($said, '', "$title: all writes succeed while a node hangs");
	$cluster->cont(1);
	$said = ask_php($look, [COUNT], $ini);
	if ($title === 'neither') {
		ok($said['stale'] + $said['wrong'] + $said['back'] > 10, "$title: this test would see what is wrong");
	} else {
		is($said, ['stale' => 0, 'wrong' => 0, 'back' => 0, 'failed' => 0], "$title: another process reads what was written");
	}
}

done();
?>
--EXPECT--
done
