--TEST--
pecl memcached with persistent connections and replicas gives users each other's sessions: the failure that McHA must never have
--SKIPIF--
<?php $needs = ['memcached', 'pecl-memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

/* One worker, one request after the other, all nodes up: late answers to unlock commands suffice. */
$cluster = new Cluster(3);
$fpm = new Fpm(dirname(__DIR__) . '/lib/site.php', 1, [
	'session.save_handler' => 'memcached', 'session.save_path' => $cluster->servers(), 'session.use_cookies' => 1, 'session.cache_limiter' => '',
	'memcached.sess_persistent' => 1, 'memcached.sess_binary_protocol' => 1, 'memcached.sess_number_of_replicas' => 1,
	'memcached.sess_lock_wait_min' => 1, 'memcached.sess_lock_wait_max' => 1, 'memcached.sess_lock_retries' => 2,
], Child::PECL_MEMCACHED);
$users = [];
foreach (['anna', 'berta', 'carl', 'dora', 'emil'] as $name) {
	$fpm->get("/login?name=$name", $users[$name] = new Browser());
}
$others = $lost = 0;
for ($round = 1; $round <= 40 && $others === 0; $round++) {
	foreach ($users as $name => $browser) {
		$answer = $fpm->get('/visit', $browser);
		$others += preg_match('/^(\w+) \d/', $answer, $found) && $found[1] !== $name;
		$lost += str_starts_with($answer, 'a stranger');
	}
}
ok($others + $lost > 0, 'a user got another user\'s session, or lost his own');

done();
?>
--EXPECT--
done
