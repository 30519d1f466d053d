--TEST--
Operations on silent servers end at their timeout over the text and the binary protocol, too
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__) . '/lib/trouble.inc';

/* A server that sends a byte now and then is left out for libmemcached (binary): docs/architecture.md says why. */
$servers = troubled_servers();
foreach (['text' => ['silent', 'deaf', 'refusing', 'closed at once'], 'binary' => ['silent']] as $protocol => $troubles) {
	foreach ($troubles as $trouble) {
		hold_the_clock_from_the_start("$protocol: $trouble", $servers[$trouble], [McHA::OPT_PROTOCOL => $protocol]);
	}
}

done();
?>
--EXPECT--
done
