--TEST--
With mcha.compat=memcached McHA refuses to load beside pecl memcached, and says what to do
--SKIPIF--
<?php
$needs = ['pecl-memcached'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$own = dirname(__DIR__, 2) . '/modules/mcha.so';
$code = 'echo "it runs as ", (new ReflectionClass("Memcached"))->getExtension()->getVersion(), "\n";';
$output = run_php($code, [], ['mcha.compat' => 'memcached'], [...Child::PECL_MEMCACHED, $own]);
ok(str_contains($output, 'remove extension=memcached from php.ini, or mcha.compat'), $output);
ok(!str_contains($output, 'it runs'), 'PHP does not run the script');
$output = run_php($code, [], ['mcha.compat' => 'memcached'], [$own, ...Child::PECL_MEMCACHED]);
ok(!str_contains($output, 'it runs'), "PHP does not run the script with the extensions in the other order: $output");
is(run_php('echo class_exists("Memcached"), class_exists("McHA");', [], ['mcha.compat' => ''], [...Child::PECL_MEMCACHED, $own]), '11',
	'without it both live side by side');
is(run_php('echo class_exists("Memcached") ? "there" : "not there";', [], ['mcha.compat' => 'off'], [$own]), 'not there', 'mcha.compat=off defines no class Memcached');
ok(str_contains(run_php('echo ini_get("mcha.compat");', [], ['mcha.compat' => 'memcache'], [$own]), 'mcha.compat: invalid value "memcache", expected off, 0 or memcached'), 'the warning names the invalid value');

done();
?>
--EXPECT--
done
