--TEST--
mcha drill, check and dump find once that a node hangs, and go on without it
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';

$cluster = new Cluster(3, ['arguments' => ['-t', '1']]); /* with one thread, a server counts its connections in their order */
$mcha = new CommandLine($cluster->servers());
$client = $cluster->client();
$keys = array_map(fn(int $i) => "key$i", range(1, 1000)); /* several batches */
$client->setMulti(array_fill_keys($keys, 'value'), 1000);
$missing = $cluster->keyLedBy($client, 1, 2);
$client->set($missing, 'value', 1000);
$cluster->delete(2, $missing); /* so that check looks again */
$homes = count(array_filter([...$keys, $missing], fn(string $key) => in_array(0, array_slice($cluster->preference($client, $key), 0, 2), true)));
$folder = new Folder();
$connections = fn(): int => preg_match('/^STAT total_connections (\d+)/m', $cluster->raw(0, "stats\r\n"), $found) ? (int) $found[1] : 0;

foreach (['drill' => 'unknown', 'check' => 'unknown', 'dump' => null] as $command => $count) {
	$before = $connections();
	$cluster->stop(0);
	$words = ['drill' => [], 'check' => ['--after=0.1'], 'dump' => ["$folder->path/dump"]][$command];
	$result = $mcha->json($command, '--timeout=1000', ...$words);
	$cluster->cont(0);
	is([$mcha->exitCode, array_keys($result['unlisted'])], [3, [$cluster->name(0)]], "$command: the node that hangs is named");
	ok(str_contains($result['unlisted'][$cluster->name(0)], 'no answer for 5 s'), "$command: and the reason");
	if ($count) {
		is($result[$count], $homes, "$command: its keys are not looked at");
	}
	is($connections() - $before - 1, 1, "$command: it was asked over one connection");
}

done();
?>
--EXPECT--
done
