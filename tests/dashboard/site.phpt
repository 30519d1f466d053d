--TEST--
examples/dashboard: a site shows the dashboard without an agent, remembers the last minutes, and keeps strangers out
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(2);
$folder = new Folder();
file_put_contents("$folder->path/password", password_hash('word', PASSWORD_BCRYPT, ['cost' => 4]));
chmod("$folder->path/password", 0600);
mkdir("$folder->path/state", 0700);
putenv("MCHA_DASHBOARD_PASSWORD=$folder->path/password");
putenv("XDG_STATE_HOME=$folder->path/state");
$server = new WebServer(dirname(__DIR__, 2) . '/examples/dashboard/index.php', ['mcha.servers' => $cluster->servers()]);
$browser = new Browser();
$post = function (array $form) use ($server, $browser): array {
	$context = stream_context_create(['http' => ['method' => 'POST', 'content' => http_build_query($form), 'ignore_errors' => true, 'follow_location' => 0,
		'header' => ['Content-Type: application/x-www-form-urlencoded', 'Connection: close', ...($browser->cookieHeader() ? ["Cookie: {$browser->cookieHeader()}"] : [])]]]);
	file_get_contents("$server->url/dash/", false, $context);
	$browser->takeCookies($http_response_header);
	return $http_response_header;
};

ok(!str_contains($browser->get("$server->url/dash/?key=a"), $cluster->name(0)), 'nothing without the password');
$browser->get("$server->url/dash/?live=1");
is($browser->status, 403, 'no parts of the page, either');
ok(str_contains($post(['action' => 'login', 'password' => 'other'])[0], ' 403 '), 'a wrong password');
$headers = $post(['action' => 'login', 'password' => 'word']);
ok(str_contains($headers[0], ' 303 '), 'the right password');
ok(preg_grep('~^Set-Cookie: mcha_dashboard=.*; Path=/dash/; HttpOnly; SameSite=Strict$~', $headers), implode("\n", $headers));

$page = $browser->get("$server->url/dash/");
ok(str_contains($page, 'All 2 nodes are up.') && str_contains($page, $cluster->name(1)), 'the page');
ok(str_contains($page, 'No agent heals this pool as far as this page knows'), 'without an agent');
$cluster->client()->set('greeting', 'hello');
ok(str_contains($browser->get("$server->url/dash/?key=greeting&live=1"), 'All home nodes have the same copy.'), 'where a key lies');
$cluster->kill(1);
wait_until(fn() => str_contains($browser->get("$server->url/dash/?live=1"), "1 of 2 nodes is down: {$cluster->name(1)}."), what: 'the page to show that a node is down');
ok(str_contains($post(['action' => 'delete', 'key' => 'greeting'])[0], ' 405 '), 'nothing can be changed');
$files = glob("$folder->path/state/mcha/dashboard-*.json");
is(count($files), 2, 'what it remembers: ' . implode(' ', $files));
$samples = array_merge(...array_map(fn(string $file) => array_values(json_decode(file_get_contents($file), true)), preg_grep('/tries/', $files, PREG_GREP_INVERT)));
ok(count($samples) === 2 && count($samples[0]) >= 1, 'the latencies of the last minutes');

chmod("$folder->path/password", 0644);
$page = $browser->get("$server->url/dash/");
is([$browser->status, str_contains($page, $cluster->name(0))], [500, false], 'a password file that others can read');
ok(str_contains($server->log(), 'other users must not read it'), 'the log says why');
array_map('unlink', $files);
rmdir("$folder->path/state/mcha");
rmdir("$folder->path/state");

done();
?>
--EXPECT--
done
