--TEST--
A process that was forked uses connections of its own, and leaves its parent's alone
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Parent and children ask about different keys at the same time; whoever read from a socket that is also another's
 * would get the other's answers. The children end in the two ways that there are: by themselves, objects and all,
 * and killed. */
$cluster = new Cluster(2);
$folder = new Folder();
foreach (['meta', 'text', 'binary'] as $protocol) {
	foreach ([null, "kept $protocol"] as $id) {
		$client = $cluster->client([McHA::OPT_COMPRESSION => false, McHA::OPT_PROTOCOL => $protocol, McHA::OPT_NUMBER_OF_REPLICAS => 1], $id);
		for ($i = 0; $i < 40; $i++) {
			$client->set("key$i", "value $i");
		}
		$connections = fn() => (int) preg_replace('/.*STAT total_connections (\d+).*/s', '$1', $cluster->raw(0, "stats\r\n"));
		/* libmemcached's connections are made anew for an increment when they have rested for a second, as all do on a machine
		 * that is slow enough: who may have rested says so. */
		$pauses = "$folder->path/$protocol$id";
		$look = function () use ($pauses): bool {
			static $last = null;
			$now = hrtime(true);
			$last !== null && $now - $last > 0.4e9 && file_put_contents($pauses, '.', FILE_APPEND);
			$last = $now;
			return true;
		};
		$right = function (int $from, int $times) use ($client, $look): bool {
			for ($n = 0, $good = true; $n < $times && $good; $n++) {
				$i = $from + $n % 10;
				$good = $look() && $client->get("key$i") === "value $i" && $look() && $client->increment("number$from", 1, 0) === $n && $look()
					&& $client->getMulti(["key$i", 'none']) === ["key$i" => "value $i"];
			}
			return $good;
		};
		$before = $connections();
		for ($child = 1, $pids = []; $child <= 3; $child++) {
			$pid = pcntl_fork();
			if ($pid === 0) {
				$good = $right(10 * $child, 150);
				if ($child === 3) {
					unset($client, $right);
					exit($good ? 0 : 1);
				}
				exec('kill -' . ($good ? 9 : 15) . ' ' . getmypid());
			}
			$pids[$pid] = $child;
		}
		ok($right(0, 300), "$protocol: the parent's answers are its own");
		foreach ($pids as $pid => $child) {
			pcntl_waitpid($pid, $status);
			ok(pcntl_wifexited($status) ? pcntl_wexitstatus($status) === 0 : pcntl_wtermsig($status) === 9, "$protocol: child $child's answers are its own");
		}
		ok($right(0, 0) && $client->get('key0') === 'value 0', "$protocol: the parent goes on");
		$rested = $protocol === 'meta' ? 0 : strlen((string) @file_get_contents($pauses));
		between($connections() - $before, 4, 4 + $rested, "$protocol: a connection for each child, and this question; the parent's is the old one");
		for ($child = 0; $child <= 3; $child++) {
			$client->delete('number' . 10 * $child);
		}
	}
}

done();
?>
--EXPECT--
done
