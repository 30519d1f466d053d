--TEST--
The dashboard's password: a file that others cannot read, tickets, slow guessing, and forms that no other page can send
--SKIPIF--
<?php $needs = ['memcached', 'console', 'pcntl']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require __DIR__ . '/dashboard.inc';

$cluster = new Cluster(2);
$client = $cluster->client();
$mcha = new CommandLine($cluster->servers());
$folder = new Folder();
$state = new Folder();
$file = "$folder->path/password";
file_put_contents($file, password_hash('correct horse', PASSWORD_BCRYPT, ['cost' => 4]) . "\n");

/* The file. */
foreach ([0644, 0620, 0604, 0666] as $mode) {
	chmod($file, $mode);
	$mcha->run('agent', "--state=$state->path", '--listen=127.0.0.1:9150', "--password-file=$file");
	is($mcha->exitCode, 2, sprintf('mode %04o is refused', $mode));
	ok(str_contains($mcha->errors, 'chmod 600'), $mcha->errors);
}
chmod($file, 0600);
file_put_contents("$folder->path/plain", "correct horse\n");
chmod("$folder->path/plain", 0600);
$mcha->run('agent', "--state=$state->path", '--listen=127.0.0.1:9150', "--password-file=$folder->path/plain");
ok($mcha->exitCode === 2 && str_contains($mcha->errors, 'must be a hash') && !str_contains($mcha->errors, 'horse'), 'a password is no hash');

$port = new Port();
$agent = new Agent($mcha, $state, "--listen=127.0.0.1:$port->number", "--password-file=$file", '--allow-changes');
$agent->await('heals');
ok(!str_contains(file_get_contents("/proc/{$agent->process->pid}/cmdline"), 'horse'), 'the list of processes has no password');
$http = function (string $method, string $target, string $headers = '', array $form = []) use ($port): HttpAnswer {
	$connection = new HttpConnection("127.0.0.1:$port->number");
	$body = http_build_query($form);
	$connection->write("$method $target HTTP/1.1\r\nHost: dash.example\r\nContent-Length: " . strlen($body) . "\r\n$headers\r\n$body");
	return $connection->answer();
};
$basic = fn(string $word): string => 'Authorization: Basic ' . base64_encode("any:$word") . "\r\n";

/* Without the password nothing is told. */
$page = $http('GET', '/?key=a');
is([$page->status, str_contains($page->body, 'type="password"'), str_contains($page->body, $cluster->name(0))], [200, true, false], 'the form for the password');
is($http('GET', '/?live=1')->status, 403, 'no part of the page');
$metrics = $http('GET', '/metrics');
is([$metrics->status, $metrics->headers['www-authenticate']], [401, 'Basic realm="McHA", charset="UTF-8"'], 'no metrics');
is($http('POST', '/', '', ['action' => 'delete', 'key' => 'a'])->status, 403, 'no change');

/* With it. */
is($http('GET', '/metrics', $basic('correct horse'))->status, 200, 'metrics, by basic authentication');
$login = $http('POST', '/', '', ['action' => 'login', 'password' => 'correct horse']);
is([$login->status, $login->headers['location']], [303, '?'], 'the login');
ok(preg_match('/^(mcha_dashboard=[\w.]+); Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/', $login->headers['set-cookie'], $found), $login->headers['set-cookie']);
$cookie = "Cookie: other=1; $found[1]\r\n";
$page = wait_until(fn() => str_contains(($page = $http('GET', '/?key=greeting', $cookie))->body, $cluster->name(0)) ? $page : null, what: 'the nodes');
is($http('GET', '/?live=1', $cookie)->status, 200, 'the parts of the page');
foreach ([strrev($found[1]), preg_replace('/=\d/', '=9', $found[1]), "$found[1]0", 'mcha_dashboard='] as $forged) {
	is($http('GET', '/?live=1', "Cookie: $forged\r\n")->status, 403, "the ticket $forged");
}
is($http('POST', '/', $cookie, ['action' => 'logout'])->headers['set-cookie'], 'mcha_dashboard=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict', 'the logout');

/* Forms. */
$client->set('greeting', 'hello');
$delete = ['action' => 'delete', 'key' => 'greeting'];
foreach (['', 'x', $page->token() . '0'] as $token) {
	is($http('POST', '/', $cookie, $delete + ['token' => $token])->status, 403, "the token \"$token\"");
}
$again = $http('POST', '/', '', ['action' => 'login', 'password' => 'correct horse'])->headers['set-cookie'];
is($http('POST', '/', 'Cookie: ' . strtok($again, ';') . "\r\n", $delete + ['token' => $page->token()])->status, 403, "another browser's token");
is($client->get('greeting'), 'hello', 'nothing was deleted');
$answer = $http('POST', '/', $cookie, $delete + ['token' => $page->token()]);
is([$answer->status, $answer->headers['location']], [303, '?key=greeting&notice=deleted'], 'a form of the page');
is($client->get('greeting'), false, 'the key is deleted');
$answer = $http('POST', '/', $cookie, ['action' => 'delete', 'key' => 'some-id', 'session' => '1', 'token' => $page->token()]);
is([$answer->status, $answer->headers['location']], [303, '?notice=absent'], 'the id of a session is in no address');
is($http('POST', '/', $cookie, ['action' => 'no such', 'token' => $page->token()])->status, 400, 'no such action');
is($http('POST', '/', $cookie, ['action' => 'delete', 'key' => "a b", 'token' => $page->token()])->status, 400, 'no such key');
is($http('POST', '/', $cookie, ['action' => 'resync', 'node' => 'x', 'token' => $page->token()])->status, 400, 'no such node');
$agent->awaitWhole($cluster, 0, 1);
is($http('POST', '/', $cookie, ['action' => 'resync', 'node' => $cluster->name(1), 'token' => $page->token()])->status, 303, 'a resync');
$agent->await('asked', $cluster->name(1));
$agent->await('whole', $cluster->name(1), 2);

/* Guessing becomes slow, and a guess that is not looked at is not a right one. */
$statuses = array_map(fn(int $i) => $http('POST', '/', '', ['action' => 'login', 'password' => "guess $i"])->status, range(1, 12));
is($statuses[0], 403, 'a wrong password');
ok(in_array(429, $statuses, true), 'too many: ' . implode(' ', $statuses));
$answer = $http('POST', '/', '', ['action' => 'login', 'password' => 'correct horse']);
is([$answer->status, isset($answer->headers['set-cookie']), (int) $answer->headers['retry-after'] > 0], [429, false, true], 'the right one must wait, too');
is($http('GET', '/?live=1', $cookie)->status, 200, 'a browser that is logged in does not');
is($http('GET', '/metrics', $basic('correct horse'))->status, 200, 'nor does a monitoring system that was right before');
wait_until(fn() => $http('POST', '/', '', ['action' => 'login', 'password' => 'correct horse'])->status === 303, what: 'the wait to end');

done();
?>
--EXPECT--
done
