--TEST--
examples/magent runs, and all its claims hold
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
getenv('MCHA_VALGRIND_LOGS') and die('skip too long under valgrind');
?>
--FILE--
<?php
require __DIR__ . '/run.inc';
run_example('magent');
done();
?>
--EXPECT--
done
