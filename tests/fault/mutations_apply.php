<?php
require dirname(__DIR__) . '/lib/check.inc';
require dirname(__DIR__) . '/lib/child.inc';

is(run_php('$argv = ["mutations", "--check"]; require $_SERVER["argv"][1];', [__DIR__ . '/mutations.php']), '', 'all apply');
done();
?>
