--TEST--
While one process computes, the others are given the value that is past its time, or soon will be
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
/* The life that is left says how old it is: less than 500 seconds stale, less than 600 due. */
foreach (['stale' => 499, 'just stale' => 500, 'due' => 600, 'nearly stale' => 502] as $name => $left) {
	$cluster = new Cluster(3);
	$client = $cluster->client();
	is($client->remember('key', fn() => 'old', 1000, ['stale_ttl' => 500]), 'old', "$name: computed");
	foreach (array_keys($cluster->copies('key')) as $node) {
		between($cluster->ttl($node, 'key'), 1480, 1500, "$name: it is kept for longer than it is fresh");
	}
	$crowd = new Crowd($cluster, 5, $remember);
	$crowd->go();
	$crowd->go();
	foreach ($crowd->members as $member) {
		is($member->hear(), 'old SUCCESS', "$name: it is not yet");
	}
	ok($client->touch('key', $left), "$name: now it is");
	$crowd->go();
	wait_until(fn() => $crowd->notes('made'), what: 'one to compute');
	$maker = (int) $crowd->notes('made')[0];
	for ($round = 0; $round < 3; $round++) {
		foreach ($crowd->members as $number => $member) {
			if ($number !== $maker) {
				is($member->hear(), 'old SUCCESS', "$name: the others go on with what there is");
				$member->tell('go');
			}
		}
	}
	is($client->get('key'), 'old', "$name: it is there for everybody");
	touch("$crowd->path/finish");
	is($crowd->members[$maker]->hear(), 'new SUCCESS', "$name: who computes has the new one");
	foreach ($crowd->members as $number => $member) {
		if ($number !== $maker) {
			$member->hear();
			$member->tell('go');
			is($member->hear(), 'new SUCCESS', "$name: and then all have");
		}
	}
	is(array_unique($crowd->finish()), [''], "$name: nobody complains");
	is(count($crowd->notes('made')), 1, "$name: one computed");
}

/* Without these options time alone counts, and what is on a stand-in is not taken for stale. */
$client->set('plain', 'there', 5);
is($client->remember('plain', fn() => 'computed', 1000), 'there', 'a value is a value');
$client->set('plain', 'for ever');
is($client->remember('plain', fn() => 'computed', 1000, ['stale_ttl' => 100]), 'for ever', 'one without an end, too');
$homes = array_slice($cluster->preference($client, 'away'), 0, 2);
$cluster->kill($homes[0]);
$client->setOption(McHA::OPT_FAILOVER_TTL, 10);
is($client->remember('away', fn() => 'first', 1000, ['stale_ttl' => 100]), 'first', 'stored on a stand-in');
$cluster->kill($homes[1]);
is($client->remember('away', fn() => 'second', 1000, ['stale_ttl' => 100]), 'first', 'read from it');

done();
?>
--EXPECT--
done
