--TEST--
While one process recomputes a value that is stale, or soon will be, the others get the old value
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$remember = '
	$options = ["stale_ttl" => 500, "early" => 100, "wait" => 0, "lease_ttl" => 100];
	while (fgets(STDIN)) {
		echo $client->remember("key", function () use ($path, $number) {
			note("made", $number);
			while (!file_exists("$path/finish")) {
				usleep(1000);
			}
			return "new";
		}, 1000, $options), " ", $client->getResultMessage(), "\n";
	}';
/* The remaining TTL gives the age: below 500 seconds the value is stale, below 600 a recomputation is due. */
foreach (['stale' => 499, 'just stale' => 500, 'due' => 600, 'nearly stale' => 502] as $name => $left) {
	$cluster = new Cluster(3);
	$client = $cluster->client();
	is($client->remember('key', fn() => 'old', 1000, ['stale_ttl' => 500]), 'old', "$name: computed");
	foreach (array_keys($cluster->copies('key')) as $node) {
		between($cluster->ttl($node, 'key'), 1480, 1500, "$name: the value is stored for longer than it is fresh");
	}
	$crowd = new Crowd($cluster, 5, $remember);
	$crowd->go();
	$crowd->go();
	foreach ($crowd->members as $member) {
		is($member->hear(), 'old SUCCESS', "$name: before, the value is fresh");
	}
	ok($client->touch('key', $left), "$name: touch() makes the value $name");
	$crowd->go();
	wait_until(fn() => $crowd->notes('made'), what: 'one process to compute');
	$maker = (int) $crowd->notes('made')[0];
	for ($round = 0; $round < 3; $round++) {
		foreach ($crowd->members as $number => $member) {
			if ($number !== $maker) {
				is($member->hear(), 'old SUCCESS', "$name: the other processes get the old value");
				$member->tell('go');
			}
		}
	}
	is($client->get('key'), 'old', "$name: get() returns the old value");
	touch("$crowd->path/finish");
	is($crowd->members[$maker]->hear(), 'new SUCCESS', "$name: the computing process gets the new value");
	foreach ($crowd->members as $number => $member) {
		if ($number !== $maker) {
			$member->hear();
			$member->tell('go');
			is($member->hear(), 'new SUCCESS', "$name: then all processes get the new value");
		}
	}
	is(array_unique($crowd->finish()), [''], "$name: no process reports an error");
	is(count($crowd->notes('made')), 1, "$name: one process computed");
}

/* Without these options only the TTL counts; and a value on a handoff node, with its short TTL, is not taken for stale. */
$client->set('plain', 'there', 5);
is($client->remember('plain', fn() => 'computed', 1000), 'there', 'a value without these options is fresh');
$client->set('plain', 'for ever');
is($client->remember('plain', fn() => 'computed', 1000, ['stale_ttl' => 100]), 'for ever', 'so is a value without an expiration');
$homes = array_slice($cluster->preference($client, 'away'), 0, 2);
$cluster->kill($homes[0]);
$client->setOption(McHA::OPT_FAILOVER_TTL, 10);
is($client->remember('away', fn() => 'first', 1000, ['stale_ttl' => 100]), 'first', 'stored on a handoff node');
$cluster->kill($homes[1]);
is($client->remember('away', fn() => 'second', 1000, ['stale_ttl' => 100]), 'first', 'read from the handoff node');

done();
?>
--EXPECT--
done
