--TEST--
McHA logs in to memcached -Y over meta and text, by directives or a file that others cannot read; a wrong password takes no node down
--SKIPIF--
<?php $needs = ['memcached', 'session']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.connect_timeout=10000
mcha.operation_timeout=40000
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$folder = new Folder();
file_put_contents("$folder->path/users", "ada:open-sesame\nbob:secret\n");
$nodes = new Cluster(2, ['login' => 'ada open-sesame', 'arguments' => ['-Y', "$folder->path/users"]]);
$open = new Cluster(1);
$set = function (string $name, string $password, string $file = ''): void {
	ini_set('mcha.auth_username', $name);
	ini_set('mcha.auth_password', $password);
	ini_set('mcha.auth_file', $file);
};
foreach (['meta', 'text', 'auto'] as $protocol) {
	$client = fn(): McHA => $nodes->client([McHA::OPT_PROTOCOL => $protocol]);
	$set('ada', 'open-sesame');
	$good = $client();
	ok($good->set('key', 'value'), "$protocol: set: {$good->getLastErrorMessage()}");
	is($good->get('key'), 'value', "$protocol: get");
	is($good->getAllKeys(), ['key'], "$protocol: getAllKeys");
	is($nodes->copies('key'), ['value', 'value'], "$protocol: both nodes have it");
	foreach ([['ada', 'wrong'], ['eve', 'secret'], ['', '']] as [$name, $password]) {
		$set($name, $password);
		$bad = $client();
		is($bad->get('key'), false, "$protocol: $name, $password");
		is(result($bad), 'RES_AUTH_FAILURE', "$protocol: the result code");
		ok(str_contains($bad->getLastErrorMessage(), 'authentication failed'), "$protocol: the message: {$bad->getLastErrorMessage()}");
		is($bad->set('key', 'overwritten'), false, "$protocol: set");
		is($good->get('key'), 'value', "$protocol: the client with the right password goes on");
	}
	/* A server without -Y asks for no login, and keeps no password. */
	$set('ada', 'open-sesame');
	$admitted = $open->client([McHA::OPT_PROTOCOL => $protocol]);
	ok($admitted->set('key', 'value'), "$protocol: a server without logins");
	is($open->holds(0, 'mcha.login'), null, "$protocol: the server has no password");
}

/* The file. */
$file = "$folder->path/login";
file_put_contents($file, "bob:secret\n");
chmod($file, 0600);
$set('', '', $file);
is($nodes->client()->get('key'), 'value', 'mcha.auth_file');
$warning = function (callable $call): string {
	$said = '';
	set_error_handler(function ($level, $text) use (&$said) { $said = $text; return true; });
	$call();
	restore_error_handler();
	return $said;
};
chmod($file, 0644);
ok(str_contains($warning(fn() => is($nodes->client()->get('key'), false, 'a file that others can read is not used')), 'others may use'), 'a warning says why');
chmod($file, 0600);
foreach (['bob', ':secret', 'bob:', 'bob:two words', ''] as $line) {
	file_put_contents($file, $line);
	ok(str_contains($warning(fn() => new McHA()), 'a user name and a password are needed'), "the file with \"$line\" is refused");
}
unlink($file);
ok(str_contains($warning(fn() => new McHA()), 'No such file'), 'a missing file');

/* Sessions. */
$set('', '');
$session = fn(string $password) => run_php('session_id("abc"); @session_start(); $_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1; echo session_write_close() ? $_SESSION["n"] : "not";', [],
	['mcha.auth_username' => 'ada', 'mcha.auth_password' => $password] + session_settings($nodes));
is($session('open-sesame') . $session('open-sesame'), '12', 'sessions log in, too');

/* Nothing shows the password. */
$set('ada', 'open-sesame');
$client = $nodes->client();
ob_start();
phpinfo(INFO_MODULES);
var_dump($client, $client->getNodes(), $client->getServerList());
ok(!str_contains(ob_get_clean(), 'open-sesame'), 'nothing shows the password');

done();
?>
--EXPECT--
done
