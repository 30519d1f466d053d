--TEST--
No operation outlasts its timeout when a server sends a value that never ends
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

foreach (['silent within a value', 'silent behind a gigabyte', 'a large value, a byte now and then'] as $trouble) {
	hold_the_clock($trouble);
}

done();
?>
--EXPECT--
done
