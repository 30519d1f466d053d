--TEST--
A directive that a request sets under pecl memcached's name is restored at the end of the request
--SKIPIF--
<?php
$needs = ['memcached', 'php-fpm'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const SITE = <<<'SITE'
	<?php
	foreach ($_GET as $what => $value) {
		ini_set(strtr($what, ':', '.'), $value);
	}
	echo ini_get('memcached.sess_prefix'), ' ', ini_get('mcha.sess_prefix');
	SITE;

$fpm = new Fpm(SITE, 1, ['mcha.compat' => 'memcached', 'memcached.sess_prefix' => 'first.']);
foreach ([
	'' => 'first. first.', 'memcached:sess_prefix=a.' => 'a. a.', 'mcha:sess_prefix=b.' => 'first. b.',
	'memcached:sess_prefix=a.&mcha:sess_prefix=b.' => 'a. b.', 'mcha:sess_prefix=b.&memcached:sess_prefix=a.' => 'a. a.',
] as $settings => $seen) {
	is($fpm->get("/?$settings"), $seen, "in the request with $settings");
	is($fpm->get('/'), 'first. first.', "in the next request after $settings");
}
$fpm->end();

done();
?>
--EXPECT--
done
