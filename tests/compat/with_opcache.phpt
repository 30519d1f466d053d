--TEST--
With opcache, which moves and frees the strings of ini entries at startup, compat mode uses the prefix that is set
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'php-fpm', 'opcache'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const OPCACHE = ['zend_extension' => 'opcache', 'opcache.enable' => 1, 'opcache.enable_cli' => 1];
const PATIENT = ['mcha.connect_timeout' => 10000, 'mcha.sess_connect_timeout' => 10000, 'mcha.operation_timeout' => 40000];
const COMPAT = OPCACHE + PATIENT + ['mcha.compat' => 'memcached', 'mcha.sess_number_of_replicas' => 0];

/* McHA goes on with sessions that pecl memcached began. The script first makes strings of all sizes, so that PHP uses
 * the memory of freed strings again. */
const SITE = '
	for ($i = 0; $i < 5000; $i++) {
		$strings[] = str_repeat(chr(33 + $i % 90), $i % 100);
		ini_set("user_agent", str_repeat("x", $i % 100));
	}
	ini_set("session.use_cookies", "0");
	ini_set("session.cache_limiter", "");
	ini_set("session.save_handler", "memcached");
	ini_set("session.save_path", $argv[2]);
	for ($user = $found = 0; $user < 50; $user++) {
		session_id("abcdefghijklmnopqrst$user");
		session_start();
		$found += ($_SESSION["user"] ?? null) === ($argv[1] === "read" ? $user : null);
		$_SESSION["user"] = $user;
		session_write_close();
	}
	echo "$found of 50";
	';
foreach ([[], ['memcached.sess_prefix' => 'site.'], ['memcached.sess_prefix' => '']] as $prefix) {
	$what = json_encode($prefix);
	$cluster = new Cluster(3);
	is(run_php(SITE, ['write', $cluster->servers()], $prefix, Child::PECL_MEMCACHED), '50 of 50', "$what: pecl memcached begins sessions");
	is(run_php(SITE, ['read', $cluster->servers()], $prefix + COMPAT), '50 of 50', "$what: McHA finds the sessions");
	is(run_php(SITE, ['read', $cluster->servers()], $prefix, Child::PECL_MEMCACHED), '50 of 50', "$what: pecl memcached finds the sessions after McHA wrote them");
	is(items($cluster), 50, "$what: the sessions have no other keys");
}

/* Requests in PHP-FPM, some of which set directives: no update of a session is lost, and a directive that a request sets
 * ends with that request. */
const PAGE = <<<'PAGE'
	<?php
	ini_set('session.cache_limiter', '');
	foreach ($_GET as $name => $value) {
		ini_set(strtr($name, ':', '.'), $value);
	}
	session_id('visitor');
	session_start();
	$_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
	$strings = [];
	for ($i = 0; $i < 500; $i++) {
		$strings[] = str_repeat(chr(33 + $i % 90), $i % 100);
	}
	echo ini_get('memcached.sess_prefix'), ' ', ini_get('mcha.sess_prefix'), ' ', $_SESSION['visits'];
	PAGE;
foreach ([0, 1] as $persistent) {
	$cluster = new Cluster(3);
	$fpm = new Fpm(PAGE, 2, COMPAT + ['session.save_handler' => 'memcached', 'session.save_path' => $cluster->servers(),
		'memcached.sess_persistent' => $persistent, 'session.use_cookies' => 0, 'session.use_strict_mode' => 0]);
	for ($i = 1; $i <= 60; $i++) {
		is($fpm->get('/'), "memc.sess.key. memc.sess.key. $i", "persistent: $persistent, visit $i");
		is($fpm->get('/?memcached:sess_prefix=other.'), "other. other. $i", "persistent: $persistent, visit $i of another site");
		is($fpm->get('/?mcha:sess_prefix=third.'), "memc.sess.key. third. $i", "persistent: $persistent, visit $i of a third site");
	}
	is(items($cluster), 3, "persistent: $persistent: the sessions have three keys");
	is($fpm->log() === '' || !str_contains($fpm->log(), 'WARNING'), true, 'PHP-FPM has no complaint: ' . $fpm->log());
	$fpm->end();
}

done();
?>
--EXPECT--
done
