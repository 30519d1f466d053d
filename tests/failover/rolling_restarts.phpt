--TEST--
No key is lost when nodes are restarted one after the other while no client is connected, and all keys are read in between
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const KEYS = 200;
const AT_A_TIME = 10; /* keys that a client reads before it ends and closes its connections */

$cluster = new Cluster(3);
$keys = array_map(fn(int $i) => "key$i", range(1, KEYS));
$client = $cluster->client();
foreach ($keys as $key) {
	$client->set($key, "value of $key", 3600);
}
unset($client);
$missing = function () use ($cluster, $keys): array {
	$missing = [];
	foreach (array_chunk($keys, AT_A_TIME) as $some) {
		$client = $cluster->client();
		foreach ($some as $key) {
			if ($client->get($key) !== "value of $key") {
				$missing[] = $key;
			}
		}
		unset($client);
	}
	return $missing;
};
for ($restart = 0; $restart < 5; $restart++) {
	$cluster->restart($restart % 3);
	for ($i = 0; $i < 4; $i++) {
		is($missing(), [], "after restart $restart: all keys are found");
	}
	wait_until(function () use ($cluster, $keys, $missing) {
		$missing();
		return !array_filter($keys, fn(string $key) => count($cluster->copies($key)) < 2);
	}, what: "all keys to have two copies again after restart $restart");
}

done();
?>
--EXPECT--
done
