--TEST--
McHA::metrics() adds up what all processes have counted, each count once
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.shared_memory=off
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/bystanders.inc';

$cluster = new Cluster(2);
$stored = fn(): int => McHA::metrics()['keys']['store'];

/* A child has its parent's counts in its memory; only the parent adds them. */
$client = $cluster->client();
$client->set('a', 1); /* adds its count at once, as the first one of an object does */
$client->set('a', 2);
$client->set('a', 3);
$added = $stored(); /* 1, or more if a second has passed meanwhile */
between($added, 1, 3, 'an object adds its counts once a second');
$child = new Fork(function (callable $goes_on) use ($client, $stored): array {
	$goes_on();
	$before = $stored();
	for ($sets = 1; $client->set('b', 1) && $stored() === $before; $sets++);
	return [$sets, $stored() - $before];
});
[$sets, $childs] = $child->stop();
between($childs, 1, $sets, 'a child adds no more than it has counted itself');
$before = $stored();
unset($client);
is($stored() - $before, 3 - $added, 'an object adds the rest at its end');

/* A persistent client is not destroyed. */
$before = $stored();
$client = $cluster->client([], 'metrics');
$client->set('a', 1);
$client->set('a', 2);
$client->set('a', 3);
unset($client);
is($stored() - $before, 3, 'a persistent client has added its counts when no object uses it');

/* Workers at the same time. */
$before = $stored();
$workers = [];
for ($i = 0; $i < 4; $i++) {
	$workers[] = new Fork(function (callable $goes_on) use ($cluster): void {
		$client = $cluster->client();
		for ($j = 0; $j < 500; $j++) {
			$client->set("key$j", $j);
		}
		while ($goes_on()) {
			usleep(1000);
		}
	});
}
foreach ($workers as $worker) {
	$worker->stop();
}
is($stored() - $before, 2000, 'what four processes have counted');

done();
?>
--EXPECT--
done
