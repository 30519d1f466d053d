--TEST--
The agent's /metrics: what this host counts, and what the agent knows of the pool, as docs/monitoring.md lists it
--SKIPIF--
<?php $needs = ['memcached', 'console', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/dashboard.inc';

$cluster = new Cluster(3);
$zoned = implode(',', array_map(fn(int $i) => $cluster->name($i) . '?zone=' . 'aab'[$i], [0, 1, 2]));
$client = new McHA(null, null, $zoned);
$sessions = (string) ini_get('mcha.sess_prefix');
$client->setMulti(array_fill_keys(array_map(fn(int $i) => "key$i", range(1, 300)), 'value'), 3600);
$session = new McHA(null, null, $zoned);
$session->setOption(McHA::OPT_PREFIX_KEY, $sessions);
$session->setMulti(array_fill_keys(array_map(fn(int $i) => "id$i", range(1, 50)), 'value'), 3600);
$server = new DashboardAgent(new CommandLine($zoned), new Folder());
$server->agent->awaitWhole($cluster, 0, 1, 2);

/* name{labels} => value */
$read = function () use ($server): array {
	preg_match_all('/^([a-z_]+(?:\{[^}]*\})?) (\S+)$/m', $server->get('/metrics')->body, $found, PREG_SET_ORDER);
	return array_column($found, 2, 1);
};
$of = fn(string $name, int $i): string => "mcha_pool_node_$name{node=\"{$cluster->name($i)}\",zone=\"" . 'aab'[$i] . '"}';
$samples = wait_until(fn() => ($all = $read())['mcha_resync_running'] === '0' && isset($all['mcha_resync_last_keys']) ? $all : null, what: 'the resync to end');
is(array_map(fn(int $i) => [$samples[$of('up', $i)], $samples[$of('whole', $i)]], [0, 1, 2]), array_fill(0, 3, ['1', '1']), 'all nodes are up and whole');
is([$samples['mcha_agent_leader'], $samples['mcha_resync_last_keys'], $samples['mcha_resync_last_sessions']], ['1', '350', '50'], 'the agent, and its resync');
ok((float) $samples['mcha_agent_last_look_timestamp_seconds'] > microtime(true) - PATIENCE, 'when it looked');
ok(array_sum(array_map(fn(int $i) => $samples[$of('items', $i)], [0, 1, 2])) >= 700, 'items');

/* promtool, and the documentation. */
$text = $server->get('/metrics')->body;
$folder = new Folder();
file_put_contents("$folder->path/metrics", $text);
$promtool = exec(escapeshellarg(dirname(__DIR__) . '/metrics/promtool'));
exec(escapeshellarg($promtool) . " check metrics <$folder->path/metrics 2>&1", $said, $status);
is([$status, $said], [0, []], 'promtool finds nothing to say');
preg_match_all('/^# TYPE (\S+) (\S+)$/m', $text, $found);
preg_match_all('/^\| `(mcha_\w+)` \| (\w+)/m', file_get_contents(dirname(__DIR__, 2) . '/docs/monitoring.md'), $told);
[$types, $documented] = [array_combine($found[1], $found[2]), array_combine($told[1], $told[2])];
ksort($types);
ksort($documented);
is($documented, $types, 'docs/monitoring.md tells of each metric and its type');

/* A node dies. */
$cluster->kill(1);
wait_until(fn() => $read()[$of('up', 1)] === '0', what: 'the node to be down');
$samples = $read();
is([$samples[$of('whole', 1)], $samples[$of('items', 1)] ?? null, $samples[$of('up', 0)]], ['0', null, '1'], 'what is told of it');

done();
?>
--EXPECT--
done
