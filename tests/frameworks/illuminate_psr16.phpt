--TEST--
Illuminate Cache passes the same PSR-16 conformance tests on McHA as on pecl memcached, with a node killed in the middle
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'frameworks'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/frameworks.inc';

/* Illuminate accepts keys that PSR-16 forbids, with any store. */
$results = is_as_with_pecl_memcached('IlluminateSimple');
ok(count($results['compat']['failed']) < $results['compat']['tests'], 'some tests pass');

done();
?>
--EXPECT--
done
