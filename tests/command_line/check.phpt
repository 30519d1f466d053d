--TEST--
mcha check finds the keys whose copies are missing or differ, and with --repair makes them equal
--SKIPIF--
<?php $needs = ['memcached', 'console']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/mcha.inc';
require dirname(__DIR__) . '/lib/newer.inc';

foreach (array_unique([getenv('MEMCACHED') ?: 'memcached', newer_memcached() ?? 'memcached']) as $memcached) {
	$cluster = new Cluster(3, ['memcached' => $memcached]);
	$mcha = new CommandLine($cluster->servers());
	$client = $cluster->client();
	$keys = array_map(fn(int $i) => $i % 50 ? "key$i" : (string) $i, range(1, 300));
	$client->setMulti(array_fill_keys($keys, 'value'), 1000);
	$hits = fn(): int => array_sum(array_column($client->getStats(), 'get_hits'));
	$result = $mcha->json('check', '--after=0.1');
	is([$mcha->exitCode, $result['keys'], $result['complete']], [0, 300, 300], "all keys are complete: $mcha->errors");

	/* One copy missing, one of another size, one of the same size. */
	[$missing, $longer, $other] = $keys;
	$second = fn(string $key): int => $cluster->preference($client, $key)[1];
	$cluster->delete($second($missing), $missing);
	$versions = has_versions($memcached);
	$older = $versions ? ' E' . ($client->inspect($longer)[0]['version'] - (1 << 32)) : '';
	$cluster->raw($second($longer), "ms $longer 9$older\r\nlonger...\r\n");
	$result = $mcha->json('check', '--after=0.1');
	is([$mcha->exitCode, $result['keys'], $result['missing'], $result['differing'], $result['stored']], [1, 300, 1, 1, null], 'a copy is missing, and one differs');
	ksort($result['examples']);
	is($result['examples'], [$missing => 'missing', $longer => 'differing'], 'which keys these are');
	is($mcha->run('check', '--list', '--after=0.1'), "missing $missing\ndiffering $longer\n", 'check --list');
	is($cluster->holds($second($missing), $missing), null, 'check changes nothing');
	$text = $mcha->run('check', '--after=0.1');
	ok(preg_match('/^ *298 +99\.3 %  all home nodes have the same copy$/m', $text), "in words: $text");
	ok(str_contains($text, "differing: $longer"), 'and with the keys');

	/* Repair: without versions nothing tells which copy is the newer one. */
	$result = $mcha->json('check', '--repair', '--after=0.1');
	is([$result['stored'] >= 1, $result['missing'], $result['differing'], $result['complete']], [true, 0, $versions ? 0 : 1, $versions ? 300 : 299], "check --repair with $memcached");
	is($cluster->holds($second($missing), $missing), 'value', 'the missing copy is there');
	if (!$versions) {
		$client->set($longer, 'value');
	} else {
		is($cluster->holds($second($longer), $longer), 'value', 'the older version is replaced by the newer one');
	}
	if (!$versions) {
		$cluster->raw($second($other), "set $other " . $cluster->flags($second($other), $other) . " 0 5\r\nVALUE\r\n");
		is($mcha->json('check', '--after=0.1')['differing'], 0, 'without versions, copies of the same size look alike');
		is($mcha->json('check', '--values', '--after=0.1')['differing'], 1, 'unless their values are compared');
	}

	/* A sample is a share of the keys, the same at every run. */
	$result = $mcha->json('check', '--sample=30', '--after=0.1');
	between($result['keys'], 40, 150, 'a sample of 30 per cent');
	is($mcha->json('check', '--sample=30', '--after=0.1')['keys'], $result['keys'], 'the sample again');
	$mcha->run('check', '--sample=300');
	ok($mcha->exitCode === 2 && str_contains($mcha->errors, 'at most 100'), "a sample of more than all: $mcha->errors");

	/* A node is dead. */
	$cluster->kill(0);
	$result = $mcha->json('check', '--after=0.1');
	is([$mcha->exitCode, array_keys($result['unlisted'])], [3, [$cluster->name(0)]], 'a dead node is named');
	ok($result['unknown'] > 0, 'and the keys of which it should have a copy are not known to be complete');
}

done();
?>
--EXPECT--
done
