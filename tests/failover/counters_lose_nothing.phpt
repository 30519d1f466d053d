--TEST--
No acknowledged increment is lost while nodes are killed and restarted in turn, each after all hints are replayed
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$client = $cluster->client();
$expected = [];
foreach (['a', 'b', 'c', 'd', 'e', 'f'] as $n => $key) {
	$client->set($key, $expected[$key] = 1000 * $n);
}
$count = function (string $when) use ($client, &$expected): void {
	for ($i = 0; $i < 30; $i++) {
		foreach ($expected as $key => $number) {
			is($client->increment($key, $i), $expected[$key] = $number + $i, "$when: $key");
		}
	}
	foreach ($expected as $key => $number) {
		is($client->get($key), $number, "$when: $key is read");
	}
};
$count('all up');
foreach ([0, 1, 2, 0] as $node) {
	$cluster->kill($node);
	$count("node $node killed");
	$cluster->restart($node);
	$count("node $node restarted");
	wait_until(function () use ($client, $count): bool {
		$count('until all hints are replayed');
		return array_sum(array_column($client->getNodes(), 'hints')) === 0;
	});
}
foreach ($expected as $key => $number) {
	$homes = array_slice($cluster->preference($client, $key), 0, 2);
	$copies = array_map('trim', $cluster->copies($key));
	is([$copies[$homes[0]] ?? null, $copies[$homes[1]] ?? null], ["$number", "$number"], "both copies of $key have the number");
}

done();
?>
--EXPECT--
done
