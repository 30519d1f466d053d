--TEST--
Symfony Cache passes the PSR-16 conformance tests on McHA in both ways, with a node killed in the middle
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'frameworks'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/frameworks.inc';

is(is_as_with_pecl_memcached('SymfonySimple')['compat']['failed'], [], 'all tests pass');

done();
?>
--EXPECT--
done
