--TEST--
Processes that change the same keys of the previous pool at once lose no change, and one process wins each add and cas
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/changed_pool.inc';

const KEYS = 200;
const RIVALS = 4;

$cluster = new Cluster(4);
$before = client_of($cluster, [0, 1], [], [McHA::OPT_COMPRESSION => false]);
for ($i = 0; $i < KEYS; $i++) {
	$before->set("count$i", 1000);
	$before->set("there$i", 'old');
	$before->set("text$i", '-');
	$before->set("swapped$i", 'old');
	$before->set("deleted$i", 'old');
}
$code = '
	for ($i = 0; $i < ' . KEYS . '; $i++) {
		if (!$client->increment("count$i")) note("faults", "count$i: " . $client->getResultMessage());
		if ($client->add("there$i", "new")) note("faults", "there$i was added");
		if ($client->add("new$i", $number)) note("added", $i);
		if (!$client->append("text$i", $number)) note("faults", "text$i: " . $client->getResultMessage());
		$token = $client->get("swapped$i", null, McHA::GET_EXTENDED);
		if ($token["value"] === "old" && $client->cas($token["cas"], "swapped$i", "by $number")) note("swapped", $i);
		$client->delete("deleted$i");
		if ($client->get("deleted$i") !== false) note("faults", "deleted$i is back");
	}';
foreach ([[2, 3], [1, 2]] as $now) {
	$crowd = new Crowd($cluster, RIVALS, "\$client = new McHA(null, null, '" . pool_string($cluster, $now) . "');"
		. '$client->setOptions(unserialize(base64_decode($options)));' . $code,
		[McHA::OPT_PREVIOUS_SERVERS => pool_string($cluster, [0, 1]), McHA::OPT_COMPRESSION => false]);
	$crowd->go();
	is(array_filter($crowd->finish()), [], 'all processes end without output');
	is($crowd->notes('faults'), [], 'no process reports a fault');
	foreach (['added', 'swapped'] as $what) {
		$notes = $crowd->notes($what);
		is(count($notes), count(array_unique($notes)), "$what: one process wins each key");
		is(count($notes), KEYS, "$what: each key has a winner");
	}
	$client = client_of($cluster, $now, [0, 1]);
	for ($i = 0; $i < KEYS; $i++) {
		$text = str_split(substr((string) $client->get("text$i"), 1));
		sort($text);
		is([$client->get("count$i"), $client->get("there$i"), implode($text), $client->get("deleted$i")],
			[1000 + RIVALS, 'old', '0123', false], "key $i");
		is(count(array_unique(array_intersect_key($cluster->copies("count$i"), array_flip($now)))), 1, "all copies of count$i are equal");
	}
	empty_nodes($cluster, range(0, 3));
	for ($i = 0; $i < KEYS; $i++) {
		foreach (['count' => 1000, 'there' => 'old', 'text' => '-', 'swapped' => 'old', 'deleted' => 'old'] as $name => $value) {
			$before->set("$name$i", $value);
		}
	}
}

done();
?>
--EXPECT--
done
