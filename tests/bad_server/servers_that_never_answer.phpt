--TEST--
No operation outlasts its timeout when servers refuse connections, cannot be reached or never reply
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

$servers = troubled_servers();
foreach (['refusing', 'a black hole', 'silent'] as $trouble) {
	hold_the_clock_from_the_start($trouble, $servers[$trouble]);
}

done();
?>
--EXPECT--
done
