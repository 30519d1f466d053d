--TEST--
A bad value of mcha.servers, mcha.previous_servers or mcha.sess_previous_servers is reported at startup, and ini_set() refuses one
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

foreach (['mcha.servers', 'mcha.previous_servers', 'mcha.sess_previous_servers'] as $name) {
	$said = run_php('echo "begins\n";', [], [$name => '10.0.0.1:nonsense', 'display_startup_errors' => 1]);
	ok(preg_match('/PHP Startup: ' . preg_quote($name) . ': server .*10\.0\.0\.1:nonsense.*port.*nonsense/', strstr($said, 'begins', true) ?: ''), "$name: $said");
	between(substr_count($said, 'PHP Startup'), 1, 2, "$name: reported once, and once more in PHP's log: $said");
	foreach (['10.0.0.1,10.0.0.2:11212', '', '--SERVER=10.0.0.1', '/run/memcached.sock'] as $valid) {
		is(run_php("echo ini_get('$name');", [], [$name => $valid, 'display_startup_errors' => 1]), $valid, "$name: $valid is accepted");
	}
	$warnings = [];
	set_error_handler(function ($level, $text) use (&$warnings) { $warnings[] = $text; return true; });
	ini_set($name, '10.0.0.1');
	is([ini_set($name, "10.0.0.1:\e[31m"), ini_get($name)], [false, '10.0.0.1'], "$name: ini_set() refuses the value and changes nothing");
	is(count($warnings), 1, "$name: one warning: " . json_encode($warnings));
	ok(str_contains($warnings[0], 'control character "\x1b" is not allowed') && !str_contains($warnings[0], "\e"), "$name: $warnings[0]");
	ini_restore($name);
	restore_error_handler();
}

throws(fn() => new McHA(null, null, "--NONSENSE=\e[31m\n"), McHAException::class, '"--NONSENSE=\x1b[31m\x0a"', 'in libmemcached\'s configuration syntax');

/* The bad value stays in php.ini, so that each use reports the error: otherwise the pool would silently be empty. */
$said = run_php('try { $client = new McHA(); $client->get("key"); } catch (McHAException $thrown) { echo get_class($thrown), ": ", $thrown->getMessage(); }', [],
	['mcha.servers' => '10.0.0.1:nonsense', 'display_startup_errors' => 0]);
ok(str_starts_with($said, 'McHAException: mcha.servers: server ') && str_contains($said, 'nonsense'), "a use of the pool reports the error: $said");

/* When a request that changed the directive ends, the bad value of php.ini is restored without a second warning. */
$said = run_php('ini_set("mcha.servers", "10.0.0.1"); echo "set";', [], ['mcha.servers' => '10.0.0.1:nonsense', 'display_startup_errors' => 1]);
is(substr_count($said, 'nonsense'), substr_count(strstr($said, 'set', true), 'nonsense'), "reported once: $said");

done();
?>
--EXPECT--
done
