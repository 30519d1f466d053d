--TEST--
mcha.compat=memcached refuses to start beside pecl memcached, and says what to do
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
ok(!str_contains($output, 'it runs'), 'it does not start');
$output = run_php($code, [], ['mcha.compat' => 'memcached'], [$own, ...Child::PECL_MEMCACHED]);
ok(!str_contains($output, 'it runs'), "nor in the other order: $output");
is(run_php('echo class_exists("Memcached"), class_exists("McHA");', [], ['mcha.compat' => ''], [...Child::PECL_MEMCACHED, $own]), '11',
	'without it both live side by side');
is(run_php('echo class_exists("Memcached") ? "there" : "not there";', [], ['mcha.compat' => 'off'], [$own]), 'not there', 'off is off');
ok(str_contains(run_php('echo ini_get("mcha.compat");', [], ['mcha.compat' => 'memcache'], [$own]), 'mcha.compat: invalid value "memcache", expected off, 0 or memcached'), 'nonsense is named');

done();
?>
--EXPECT--
done
