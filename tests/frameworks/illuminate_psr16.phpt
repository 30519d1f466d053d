--TEST--
Illuminate Cache passes on McHA what it passes on pecl memcached of the PSR-16 conformance tests, with a node killed in the middle
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'frameworks'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/frameworks.inc';

/* Illuminate takes keys that PSR-16 forbids, whatever it stores them in. */
$results = is_as_with_pecl_memcached('IlluminateSimple');
ok(count($results['compat']['failed']) < $results['compat']['tests'], 'some pass');

done();
?>
--EXPECT--
done
