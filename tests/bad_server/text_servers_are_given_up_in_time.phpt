--TEST--
No operation over the text protocol outlasts its timeout, or returns the value of another operation
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

foreach (['a byte now and then', 'held back', 'everything twice'] as $trouble) {
	hold_the_clock($trouble, [McHA::OPT_PROTOCOL => 'text']);
}

done();
?>
--EXPECT--
done
