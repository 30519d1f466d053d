--TEST--
The agent's HTTP server refuses what is no proper request, bounds its clients, and lets no client hold up the agent
--SKIPIF--
<?php $needs = ['memcached', 'console', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/dashboard.inc';

$cluster = new Cluster(2);
$mcha = new CommandLine($cluster->servers());
$state = new Folder();
$server = new DashboardAgent($mcha, $state);

/* What may be asked. */
$page = $server->get('/');
is([$page->status, $page->headers['content-type'], $page->headers['x-frame-options'], $page->headers['cache-control']],
	[200, 'text/html; charset=utf-8', 'DENY', 'no-store'], 'the page');
ok(preg_match("/^default-src 'none'; script-src 'nonce-[\\w+\\/=]{20,}'; .*frame-ancestors 'none'$/", $page->headers['content-security-policy']), 'its policy');
is(strlen($page->body), (int) $page->headers['content-length'], 'its length');
$head = $server->get('/', method: 'HEAD');
is([$head->status, $head->body], [200, ''], 'HEAD has no body');
ok((int) $head->headers['content-length'] > 1000, 'and tells the length');
is($server->get('/metrics')->headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8', 'the metrics');
$look = $server->post('/', ['action' => 'look', 'key' => 'some-id', 'session' => '1']);
is([$look->status, str_contains($look->body, 'value="some-id"'), str_contains($look->body, ' checked')], [200, true, true], 'a session is looked up');
ok(!str_contains($server->get('/?key=some-id&session=1')->body, ' checked'), 'but not by an address, which others remember');
is($server->send("GET /metrics HTTP/1.0\r\n\r\n")->status, 200, 'HTTP/1.0');

/* What is refused. */
$refused = [
	[404, "GET /other HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
	[404, "GET /..%2f..%2fetc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
	[405, "DELETE / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
	[405, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 13\r\n\r\naction=delete"],
	[405, "POST /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n\r\n"],
	[400, "hello\r\n\r\n"],
	[400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
	[400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"],
	[400, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"],
	[400, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n folded\r\n\r\n"],
	[400, "GET / HTTP/1.1\r\nX: a\0b\r\n\r\n"],
	[400, "GET http://elsewhere/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
	[400, "POST / HTTP/1.1\r\nContent-Length: 1, 1\r\n\r\na"],
	[400, "POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"],
	[411, "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"],
	[413, "POST / HTTP/1.1\r\nContent-Length: 1000000\r\n\r\n" . str_repeat('a', 1000000)],
	[414, 'GET /' . str_repeat('a', 100000) . " HTTP/1.1\r\n\r\n"],
	[421, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"],
	[421, "GET /metrics HTTP/1.1\r\nHost: evil.example:$server->port\r\n\r\n"],
	[431, "GET / HTTP/1.1\r\nX: " . str_repeat('a', 100000) . "\r\n\r\n"],
	[501, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"],
	[505, "GET / HTTP/2.0\r\n\r\n"],
];
foreach ($refused as [$status, $bytes]) {
	is($server->send($bytes)->status, $status, 'the answer to ' . json_encode(substr($bytes, 0, 60), JSON_INVALID_UTF8_SUBSTITUTE));
}
is($server->get('/', method: 'PUT')->headers['allow'], 'GET, HEAD', 'what is allowed is told');

/* Byte by byte. */
$slow = $server->connect();
foreach (str_split("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n") as $byte) {
	$slow->write($byte);
}
is($slow->answer()->status, 200, 'a request in small pieces');

/* Clients that say nothing, or half of something, and one that takes no answer: the others are served, up to a limit. */
$idle = array_map(fn() => $server->connect(), range(1, 30));
$half = $server->connect();
$half->write("GET / HTTP/1.1\r\nHo");
$deaf = $server->connect();
$deaf->write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
is($server->get('/')->status, 200, 'clients that wait keep no other one waiting');
$isTurnedAway = fn(HttpConnection $connection): bool => $connection->isReadable() && $connection->answer()->status === 503;
wait_until(function () use ($server, $isTurnedAway): bool {
	$more = array_map(fn() => $server->connect(), range(1, 70));
	usleep(50000); // for the answers
	return (bool) array_filter($more, $isTurnedAway);
}, what: 'a client to be turned away');
is($half->answer()->status, 408, 'half a request is not waited for for ever');
wait_until(fn() => $server->get('/')->status === 200, what: 'room for clients again');

/* Meanwhile the agent has watched and healed as ever. */
ok(count($server->agent->events('whole')) === 2, 'both nodes are whole');
$cluster->restart(0);
$server->agent->await('whole', $cluster->name(0), 2);

/* A server that dies is started again; one whose agent is killed ends. */
$worker = $server->worker();
exec("kill -9 $worker");
wait_until(fn() => $server->worker() !== $worker, what: 'another server process');
wait_until(fn() => str_contains($server->get('/')->body, 'data-node='), what: 'the new server to know the nodes');
$worker = $server->worker();
$server->agent->process->end();
wait_until(fn() => !@stream_socket_client("tcp://127.0.0.1:$server->port"), what: 'the server to end with its agent');
wait_until(fn() => !is_dir("/proc/$worker") || str_contains((string) @file_get_contents("/proc/$worker/stat"), ') Z '), what: 'its process to be gone');

/* Addresses, and passwords. */
$run = function (string ...$words) use ($mcha, $state): array {
	$mcha->run('agent', "--state=$state->path", ...$words);
	return [$mcha->exitCode, trim($mcha->errors)];
};
foreach (['9150', 'example.org:80', '127.0.0.1', '127.0.0.1:0', '127.0.0.1:70000', ''] as $wrong) {
	[$code, $error] = $run("--listen=$wrong");
	is($code, 2, "--listen=$wrong: $error");
}
is($run('--listen=0.0.0.0:9150'), [2, 'mcha: --listen=0.0.0.0:9150: without --password-file only a loopback address, for instance 127.0.0.1:9150'], 'no open address without a password');
is($run("--listen=127.0.0.1:{$cluster->nodes[0]->number}")[0], 3, 'a port that is taken');

done();
?>
--EXPECT--
done
