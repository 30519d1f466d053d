--TEST--
Of eight processes that call remember() with the same missing key, one computes the value and all get it
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$once = '
	$value = $client->remember("key", function ($client, $key) use ($path, $number) {
		note("made", $number);
		while (!file_exists("$path/finish")) {
			usleep(1000);
		}
		return "made by $number";
	}, 100, ["wait" => 60, "lease_ttl" => 100] + $ages);
	note("got", $value);
	echo $client->getResultMessage();';
/* the processes take the keys one after the other: a process that is late for one key is early for the next */
$many = '
	for ($i = 0; $i < 100; $i++) {
		$value = $client->remember("many$i", function ($client, $key) use ($number) {
			note("many", $key);
			return "$key by $number";
		}, 100, ["wait" => 60, "lease_ttl" => 100] + $ages);
		note("values", $value);
	}';
foreach (['meta' => 1, 'text' => 1, 'binary' => 1, 'auto' => 2] as $protocol => $replicas) {
	foreach (['$ages = [];', '$ages = ["stale_ttl" => 50, "early" => 10];'] as $ages) {
		$cluster = new Cluster(3);
		$name = "$protocol, $ages";
		$crowd = new Crowd($cluster, 8, $ages . $once, [McHA::OPT_PROTOCOL => $protocol, McHA::OPT_NUMBER_OF_REPLICAS => $replicas]);
		$crowd->go();
		wait_until(fn() => $crowd->notes('made'), what: 'one process to compute');
		ok(!$crowd->members[0]->speaks(0.2), "$name: the other processes wait");
		touch("$crowd->path/finish");
		is($crowd->finish(), array_fill(0, 8, 'SUCCESS'), "$name: no process reports an error");
		is(count($crowd->notes('made')), 1, "$name: one process computes");
		is($crowd->notes('got'), array_fill(0, 8, 'made by ' . $crowd->notes('made')[0]), "$name: all processes get the computed value");
		is($cluster->copies('mcha.lease.key'), [], "$name: the lease is released");

		$crowd = new Crowd($cluster, 8, $ages . $many, [McHA::OPT_PROTOCOL => $protocol, McHA::OPT_NUMBER_OF_REPLICAS => $replicas]);
		$crowd->go();
		is(array_unique($crowd->finish()), [''], "$name: many keys: no process reports an error");
		$made = $crowd->notes('many');
		sort($made, SORT_NATURAL);
		is($made, array_map(fn($i) => "many$i", range(0, 99)), "$name: each key is computed once");
		is(count(array_unique($crowd->notes('values'))), 100, "$name: each key has one value");
	}
}

done();
?>
--EXPECT--
done
