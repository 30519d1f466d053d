--TEST--
A process with a wrong password takes no node down for other processes
--SKIPIF--
<?php $needs = ['memcached', 'pcntl', 'saslpasswd2']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/bystanders.inc';

$cluster = new Cluster(3, ['users' => ['right' => 'open sesame']]);
$with = fn(string $password) => function () use ($cluster, $password): McHA {
	$client = $cluster->client();
	$client->setOption(McHA::OPT_BINARY_PROTOCOL, true);
	$client->setSaslAuthData('right', $password);
	return $client;
};
$results = bystanders_do_not_notice('a wrong password', $with('open sesame'), function (callable $goes_on) use ($with): array {
	$results = [];
	for ($tries = 0; $goes_on() || $tries < 5; $tries++) {
		$client = $with('wrong')();
		for ($i = 0; $i < 10; $i++) {
			$client->get("key$i");
			$results[result($client)] = true;
		}
	}
	return array_keys($results);
}, function (): void {
	$end = microtime(true) + 1.5;
	wait_until(fn() => microtime(true) > $end, what: 'the trouble to last');
});
ok(in_array('RES_AUTH_FAILURE', $results), 'the process with the wrong password gets RES_AUTH_FAILURE: ' . show($results));

done();
?>
--EXPECT--
done
