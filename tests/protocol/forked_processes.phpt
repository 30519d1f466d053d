--TEST--
A forked process opens its own connections and leaves its parent's connections alone
--SKIPIF--
<?php $needs = ['memcached', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* Parent and children ask about different keys at the same time; a process that read from a shared socket would get another
 * process's answers. A child ends in one of two ways: regularly, with destructors,
 * or by SIGKILL. */
$cluster = new Cluster(2);
$folder = new Folder();
foreach (['meta', 'text', 'binary'] as $protocol) {
	foreach ([null, "kept $protocol"] as $id) {
		$client = $cluster->client([McHA::OPT_COMPRESSION => false, McHA::OPT_PROTOCOL => $protocol, McHA::OPT_NUMBER_OF_REPLICAS => 1], $id);
		for ($i = 0; $i < 40; $i++) {
			$client->set("key$i", "value $i");
		}
		$connections = fn() => (int) preg_replace('/.*STAT total_connections (\d+).*/s', '$1', $cluster->raw(0, "stats\r\n"));
		/* libmemcached reconnects before an increment after a second without use, which happens on a slow machine: every pause that
		 * may have been long enough is counted in a file. */
		$pauses = "$folder->path/$protocol$id";
		$look = function () use ($pauses): bool {
			static $last = null;
			$now = hrtime(true);
			$last !== null && $now - $last > 0.4e9 && file_put_contents($pauses, '.', FILE_APPEND);
			$last = $now;
			return true;
		};
		$right = function (int $from, int $times) use ($client, $look): bool {
			for ($n = 0, $right_so_far = true; $n < $times && $right_so_far; $n++) {
				$i = $from + $n % 10;
				$right_so_far = $look() && $client->get("key$i") === "value $i" && $look() && $client->increment("number$from", 1, 0) === $n && $look()
					&& $client->getMulti(["key$i", 'none']) === ["key$i" => "value $i"];
			}
			return $right_so_far;
		};
		$before = $connections();
		for ($child = 1, $pids = []; $child <= 3; $child++) {
			$pid = pcntl_fork();
			if ($pid === 0) {
				$passed = $right(10 * $child, 150);
				if ($child === 3) {
					unset($client, $right);
					exit($passed ? 0 : 1);
				}
				exec('kill -' . ($passed ? 9 : 15) . ' ' . getmypid());
			}
			$pids[$pid] = $child;
		}
		ok($right(0, 300), "$protocol: the parent reads its own answers");
		foreach ($pids as $pid => $child) {
			pcntl_waitpid($pid, $status);
			ok(pcntl_wifexited($status) ? pcntl_wexitstatus($status) === 0 : pcntl_wtermsig($status) === 9, "$protocol: child $child reads its own answers");
		}
		ok($right(0, 0) && $client->get('key0') === 'value 0', "$protocol: the parent works afterwards");
		$rested = $protocol === 'meta' ? 0 : strlen((string) @file_get_contents($pauses));
		between($connections() - $before, 4, 4 + $rested, "$protocol: one new connection for each child and one for this query; the parent keeps its connection");
		for ($child = 0; $child <= 3; $child++) {
			$client->delete('number' . 10 * $child);
		}
	}
}

done();
?>
--EXPECT--
done
