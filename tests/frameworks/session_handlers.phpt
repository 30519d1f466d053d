--TEST--
Sessions of Symfony, Illuminate and session.save_handler=memcached survive the kill of each node in turn
--SKIPIF--
<?php
$needs = ['memcached', 'frameworks'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/frameworks.inc';

foreach (['symfony' => ['compat', 'own'], 'illuminate' => ['compat', 'own'], 'php' => ['compat']] as $handler => $ways) {
	foreach ($ways as $way) {
		$cluster = new Cluster(3);
		$errors = tmpfile();
		$process = new Process([...SuiteRun::php($way), __DIR__ . '/suites/SessionHandlers.php', $handler], [['pipe', 'r'], ['pipe', 'w'], $errors],
			['WAY' => $way, 'SERVERS' => $cluster->servers()] + getenv());
		$visit = function (string $when) use ($process, $handler, $way): void {
			fwrite($process->pipes[0], "go on\n");
			is(fgets($process->pipes[1]), "all there\n", "$handler, $way: $when");
		};
		$visit('the first visit');
		$visit('the second visit');
		foreach ([0, 1, 2] as $node) {
			$cluster->kill($node);
			$visit("node $node killed");
			$cluster->restart($node);
			wait_until(function () use ($visit, $cluster): bool {
				$visit('the node is back');
				return count(array_filter($cluster->nodes, fn(Node $node) => str_contains($node->converse("stats\r\n"), 'STAT curr_items 0'))) === 0;
			});
		}
		fclose($process->pipes[0]);
		$process->wait();
		rewind($errors);
		is(stream_get_contents($errors), '', "$handler, $way: the script reports no errors");
	}
}

done();
?>
--EXPECT--
done
