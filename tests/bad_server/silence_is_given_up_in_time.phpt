--TEST--
No operation outlasts its timeout, however many servers are silent
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

foreach (['silent', 'silent within a line', 'held back'] as $trouble) {
	hold_the_clock($trouble);
}

done();
?>
--EXPECT--
done
