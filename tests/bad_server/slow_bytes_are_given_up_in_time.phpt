--TEST--
No operation outlasts its timeout when a server sends a byte now and then
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

foreach (['a byte now and then', 'statistics, a line now and then'] as $trouble) {
	hold_the_clock($trouble);
}

done();
?>
--EXPECT--
done
