--TEST--
However a request ends, the next request over the same connections gets its own replies
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2, ['arguments' => ['-I', '32m', '-m', '256']]);
$fronts = array_map(fn(Node $node) => new BadServer([
	['match' => '/^m[sg] broken/', 'reply' => "VA 5 {opaque} f0\r\nwr"],
	['match' => '/^m[sg] hang/'],
], $node), $cluster->nodes);
$values = [];
for ($i = 0; $i < 20; $i++) {
	$values["key$i"] = "value $i " . str_repeat("$i", $i);
}
$client = new McHA();
$client->setOptions([McHA::OPT_COMPRESSION => false, McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 40000]);
$cluster->addTo($client);
$client->setMulti($values + ['large' => str_repeat('x', 6 << 20), 'large2' => str_repeat('y', 6 << 20)]);
$kinds = ['exit', 'exception', 'fatal error', 'no memory', 'compile error'];
class Ending
{
	public function __construct(public string $how)
	{
	}
}
foreach ($kinds as $how) {
	$client->set("ending-$how", new Ending($how));
}
putenv('TIMEOUT=3000');
$site = new WebServer(dirname(__DIR__) . '/lib/bailing.php', ['mcha.servers' => implode(',', array_map(fn($front) => $front->name, $fronts)), 'memory_limit' => '128M', 'log_errors' => 1]);
$browser = new Browser();
$sockets = 0;
$check = function (string $after) use ($site, $browser, $values, $cluster, &$sockets) {
	$seen = json_decode($browser->get("$site->url/check"), true);
	is($seen['values'] ?? null, $values, "after $after: many values");
	is($seen['single'] ?? null, array_intersect_key($values, $seen['single'] ?? []), "after $after: single values");
	is($seen['stored'] ?? null, true, "after $after: the request reads what it wrote");
	is($seen['sockets'], $sockets ?: $sockets = $seen['sockets'], "after $after: the process has the same number of sockets");
	return $seen['pid'];
};
$check('the start');
$pid = $check('a check');
$visits = ['/get', '/getMulti', '/getStats', '/setMulti'];
foreach (['/decode', '/decode-many', '/encode', '/read-through'] as $place) {
	foreach ($kinds as $how) {
		$visits[] = "$place?how=" . urlencode($how);
	}
}
foreach ($visits as $visit) {
	$browser->get($site->url . $visit);
	is($check($visit), $pid, "after $visit: the same process goes on");
}
$limited = getenv('USE_ZEND_ALLOC') !== '0'; /* memory_limit has no effect without PHP's allocator */
foreach ([...($limited ? ['/get', '/getMulti', '/getStats'] : []), '/encode?how=fatal+error'] as $visit) {
	$browser->get($site->url . $visit);
	is($browser->status, 500, "$visit ended with a fatal error");
}

/* The failure callback reports a server that stops within a reply: each read takes the whole timeout. */
foreach (['/failure', '/failure-in-getMulti'] as $place) {
	$browser->get("$site->url$place?how=" . urlencode($kinds[array_rand($kinds)]));
	is($check("$place"), $pid, "after $place: the same process goes on");
}

/* The signal of max_execution_time arrives while the client waits for a reply. */
$socket = stream_socket_client(str_replace('http', 'tcp', $site->url));
fwrite($socket, "GET /hang HTTP/1.0\r\n\r\n");
wait_until(fn() => $fronts[0]->seen('/^mg hang/') || $fronts[1]->seen('/^mg hang/'), what: 'the request to hang');
exec("kill -PROF $pid");
$answer = stream_get_contents($socket);
ok(str_contains($answer, ' 500 '), 'the time limit ends the request: ' . show($answer));
ok(str_contains($site->log(), 'Maximum execution time'), 'the log names the time limit');
is($check('the time limit'), $pid, 'after the time limit: the same process goes on');

done();
?>
--EXPECT--
done
