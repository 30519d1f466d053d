--TEST--
No operation outlasts its timeout when servers read nothing or send nonsense
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

foreach (['deaf', 'garbage', 'an endless line', 'endless lines', 'endless misses', 'endless statistics', 'a length of 2^63', 'a length of 2^64', 'closed at once', 'closed within a value', 'a wrong token', 'everything twice'] as $trouble) {
	hold_the_clock($trouble);
}

done();
?>
--EXPECT--
done
