--TEST--
Every mutation of tests/fault/mutations applies to the sources: its text is found exactly once
--SKIPIF--
<?php
if (!is_dir(dirname(__DIR__, 2) . '/engine')) {
	die('skip the sources are not there');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/check.inc';
require dirname(__DIR__) . '/lib/child.inc';

is(run_php('$argv = ["mutations", "--check"]; require $_SERVER["argv"][1];', [__DIR__ . '/mutations.php']), '', 'all apply');
done();
?>
--EXPECT--
done
