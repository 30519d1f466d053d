--TEST--
A process that does not trust the nodes, or that talks to them in plain text, takes no node down for other processes
--SKIPIF--
<?php $needs = ['memcached', 'tls', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/bystanders.inc';

$authority = new Authority();
$cluster = new Cluster(3, ['tls' => $authority->issue()]);
$with = fn(array $tls) => function () use ($cluster, $tls): McHA {
	return $cluster->client([McHA::OPT_TLS => $tls]);
};
$plain = fn(): McHA => new McHA(null, null, implode(',', array_map(fn(Node $node) => $node->name, $cluster->nodes)));
$good = $with(['ca' => $authority->path]);
foreach (['an unknown authority' => $with(['ca' => '']), 'plain text' => $plain] as $mistake => $mistaken) {
	$good()->setMulti(array_fill_keys(array_map(fn(int $i) => "key$i", range(0, 30)), 1)); // all nodes are known to speak TLS
	$messages = bystanders_do_not_notice($mistake, $good, function (callable $goes_on) use ($mistaken): array {
		$messages = [];
		for ($tries = 0; $goes_on() || $tries < 5; $tries++) {
			$client = $mistaken();
			for ($i = 0; $i < 10; $i++) {
				$client->get("key$i");
				$messages[preg_replace('/^\S+: /', '', $client->getLastErrorMessage())] = true;
			}
		}
		return array_keys($messages);
	}, function (): void {
		$end = microtime(true) + 1.5;
		wait_until(fn() => microtime(true) > $end, what: 'the trouble to last');
	});
	$expected = $mistake === 'plain text' ? 'in plain text, to a server that speaks TLS to other processes: write tls:// before its name'
		: "TLS failed: the node's certificate is not accepted: ";
	ok(preg_grep('~' . preg_quote($expected) . '~', $messages), "$mistake: the process is told why: " . show($messages));
}

done();
?>
--EXPECT--
done
