--TEST--
No operation outlasts its timeout when servers misbehave from the first byte on
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

$servers = troubled_servers();
foreach (['a byte now and then', 'statistics, a line now and then', 'deaf', 'garbage', 'an endless line', 'endless lines', 'endless misses', 'endless statistics', 'a length of 2^63', 'closed at once', 'closed within a value', 'a wrong token', 'everything twice'] as $trouble) {
	hold_the_clock_from_the_start($trouble, $servers[$trouble]);
}

done();
?>
--EXPECT--
done
