--TEST--
phpinfo() of any PHP-FPM worker shows the nodes that other workers use, and their health
--SKIPIF--
<?php $needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* One worker uses the nodes; phpinfo() runs in the other worker. */
const SITE = <<<'SITE'
	<?php
	if (isset($_GET['info'])) {
		phpinfo(INFO_MODULES);
	} else {
		$client = new McHA('site', null, $_GET['servers']);
		for ($i = 0; $i < 20; $i++) {
			$client->set("key$i", $i);
		}
	}
	echo '<!-- ', getmypid(), ' -->';
	SITE;

/* The node's cells in phpinfo()'s table; null: the table does not have the node. */
function row(string $page, string $name): ?array
{
	if (!preg_match('~<tr><td[^>]*>' . preg_quote(htmlspecialchars($name), '~') . ' ?</td>(.*?)</tr>~s', $page, $found)) {
		return null;
	}
	preg_match_all('~<td[^>]*>(.*?) ?</td>~s', $found[1], $cells);
	return array_combine(['state', 'failures', 'in a row', 'last failure', 'latency', 'retry in', 'hints', 'distrusted'], $cells[1]);
}

$cluster = new Cluster(2);
$socket = new Cluster(1, ['unix' => true]);
$names = [...array_map(fn(Node $node) => $node->name, $cluster->nodes), $socket->name(0)];
$fpm = new Fpm(SITE, 2, ['mcha.retry_interval' => 3600, 'mcha.retry_interval_max' => 7200,
	'mcha.operation_timeout' => 40000, 'mcha.connect_timeout' => 10000]);
$pid = fn(string $page): int => preg_match('~<!-- (\d+) -->~', $page, $found) ? (int) $found[1] : 0;

foreach ($names as $name) {
	is(row($fpm->get('/?info'), $name), null, "$name: phpinfo() does not show a node that no worker has used");
}
$cluster->kill(1);
$writer = $pid($fpm->get('/?servers=' . urlencode(implode(',', $names))));
$other = wait_until(function () use ($fpm, $pid, $writer) {
	/* two requests at once, so that each worker has one */
	$pages = array_map(fn(FpmRequest $request) => $request->answer(), [$fpm->send('/?info'), $fpm->send('/?info')]);
	return array_values(array_filter($pages, fn(string $page) => $pid($page) !== $writer))[0] ?? null;
}, what: 'the other worker to answer');
foreach (['Failures in a row', 'Last failure', 'Latency (us)', 'Next probe in (ms)', 'Hints'] as $title) {
	ok(str_contains($other, "<th>$title</th>"), "the table has a column: $title");
}
foreach (['up', 'down', 'up'] as $i => $state) {
	$row = row($other, $names[$i]);
	is($row['state'] ?? null, $state, "$names[$i] is $state");
	is($row['failures'] ?? null, $state === 'up' ? '0' : '1', "$names[$i]: failures");
	ok($state === 'up' ? $row['last failure'] === 'none' : str_starts_with($row['last failure'], 'connection failed: '), "$names[$i]: last failure: {$row['last failure']}");
	is($row['in a row'] ?? null, $state === 'up' ? '0' : '1', "$names[$i]: failures in a row");
	$state === 'up' ? ok($row['latency'] > 0, "$names[$i] has a latency") : between($row['retry in'], 1, 1.2 * 3600e3, "$names[$i]: the next retry");
	$state === 'up' ? is($row['hints'], '0', "$names[$i] has no hints") : between($row['hints'], 1, 20, "$names[$i] has hints for some of the twenty writes");
}

done();
?>
--EXPECT--
done
