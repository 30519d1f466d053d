--TEST--
ini_set() and php.ini refuse a directive's former name, and the message names the new one
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const FORMER = [
	'mcha.local_copy' => ['apcu', 'mcha.near_cache'],
	'mcha.local_copy_ttl' => ['5', 'mcha.near_cache_ttl'],
	'mcha.local_copy_fresh' => ['1', 'mcha.near_cache_fresh'],
];

foreach (FORMER as $former => [$value, $name]) {
	$sentence = "$former was renamed to $name: use the new name";
	$warnings = [];
	set_error_handler(function ($level, $text) use (&$warnings) { $warnings[] = $text; return true; });
	is([ini_set($former, $value), ini_get($former)], [false, ''], "$former: ini_set() is refused");
	restore_error_handler();
	is($warnings, ["ini_set(): $sentence"], "$former: one warning");
	$said = run_php("echo '|', ini_get('$former');", [], [$former => $value, 'display_startup_errors' => 1]);
	ok(str_contains(strstr($said, '|', true) ?: '', $sentence), "$former: reported at startup: $said");
	ok(str_ends_with($said, '|'), "$former: the directive has no value: $said");
	ok(ini_get($name) !== false, "$name is a directive");
}

done();
?>
--EXPECT--
done
