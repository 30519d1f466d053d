--TEST--
Without igbinary or msgpack McHA loads, and names the missing extension
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (extension_loaded('igbinary') || extension_loaded('msgpack')) {
	die('skip they are loaded');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(1);
$client = $cluster->client();
is($client->getOption(McHA::OPT_SERIALIZER), McHA::SERIALIZER_PHP, 'then php is the default');
ok(McHA::HAVE_JSON, 'json is always available');
$warnings = [];
set_error_handler(function (int $level, string $message) use (&$warnings) { $warnings[] = $message; return true; });
foreach (['IGBINARY' => [5, "\0\0\0\2\x14\0"], 'MSGPACK' => [7, "\x90"]] as $name => [$flags, $bytes]) {
	$word = strtolower($name);
	is(constant("McHA::HAVE_$name"), false, "HAVE_$name");
	foreach ([constant("McHA::SERIALIZER_$name"), $word] as $chosen) {
		$warnings = [];
		is($client->setOption(McHA::OPT_SERIALIZER, $chosen), false, "$name cannot be chosen");
		is(result($client), 'RES_INVALID_ARGUMENTS', "$name: the result code says so");
		ok(preg_match("/no $word support: /", $warnings[0]), "$name: the warning gives the reason: " . show($warnings));
		is($client->getOption(McHA::OPT_SERIALIZER), McHA::SERIALIZER_PHP, "$name: the serializer is still php");
	}
	$warnings = [];
	is(ini_set('mcha.serializer', $word), false, "$name: the directive refuses it");
	ok(str_contains($warnings[0] ?? '', "mcha.serializer cannot be $word"), "$name: the warning gives the reason: " . show($warnings));
	is(ini_get('mcha.serializer'), 'auto', "$name: the directive is unchanged");

	$cluster->raw(0, 'ms theirs ' . strlen($bytes) . " F$flags\r\n$bytes\r\nms plain 5 F0\r\nplain\r\n");
	$warnings = [];
	is($client->get('theirs'), false, "$name: a value of another host cannot be read");
	is(result($client), 'RES_PAYLOAD_FAILURE', "$name: the result is a payload failure");
	ok(str_contains($warnings[0] ?? '', "no $word support"), "$name: " . show($warnings));
	is($client->getMulti(['theirs', 'plain']), ['plain' => 'plain'], "$name: getMulti() returns the other values");
	is($cluster->holds(0, 'theirs'), $bytes, "$name: the unreadable item stays on its node");
}
/* at startup: a warning, and PHP continues with the default */
$output = run_php('echo (new McHA())->getOption(McHA::OPT_SERIALIZER), "\n";', [], ['mcha.serializer' => 'igbinary', 'display_startup_errors' => 1,
	'display_errors' => 1, 'html_errors' => 0]);
ok(str_contains($output, 'mcha.serializer cannot be igbinary') && str_contains($output, McHA::SERIALIZER_PHP . "\n"), 'in php.ini: ' . show($output));

done();
?>
--EXPECT--
done
