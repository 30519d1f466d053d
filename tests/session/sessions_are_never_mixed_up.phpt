--TEST--
With persistent connections, replicas and several workers every user gets his own session, and no visit is lost
--SKIPIF--
<?php $needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
foreach (['meta' => 10, 'binary' => 4, 'text' => 4] as $protocol => $rounds) {
	$fpm = new Fpm(dirname(__DIR__) . '/lib/site.php', 4, [
		'session.use_cookies' => 1, 'mcha.sess_persistent' => 1, 'mcha.sess_number_of_replicas' => 1, 'mcha.protocol' => $protocol,
		'mcha.sess_lock_wait_min' => 1, 'mcha.sess_lock_wait_max' => 20,
	] + session_settings($cluster));
	$users = [];
	foreach (['anna', 'berta', 'carl', 'dora', 'emil', 'fritz', 'gerda'] as $name) {
		is($fpm->get("/login?name=$name", $users[$name] = new Browser()), "welcome $name", "$protocol: $name logs in");
	}
	for ($round = 1; $round <= $rounds; $round++) {
		/* Two concurrent visits of every user: more requests than workers, and the visits of a user wait for each other. */
		$visits = [];
		foreach ([1, 2] as $visit) {
			foreach ($users as $name => $browser) {
				$visits[$name][$visit] = $fpm->send('/visit', $browser);
			}
		}
		foreach ($visits as $name => $own) {
			$answers = [$own[1]->answer(), $own[2]->answer()];
			sort($answers, SORT_NATURAL);
			is($answers, ["$name " . (2 * $round - 1), "$name " . 2 * $round], "$protocol: $name's visits in round $round");
		}
		/* The end of a session deletes both copies, twice. */
		is($fpm->get('/logout', $users['gerda']), 'bye', "$protocol: gerda logs out");
		is($fpm->get('/visit', $users['gerda']), 'a stranger', "$protocol: gerda is logged out");
		unset($users['gerda']);
		$gerda = new Browser();
		is($fpm->get('/login?name=gerda', $gerda), 'welcome gerda', "$protocol: gerda logs in again");
		for ($visit = 1; $visit <= 2 * $round; $visit++) {
			is($fpm->get('/visit', $gerda), "gerda $visit", "$protocol: gerda's visits are counted from 1");
		}
		$users['gerda'] = $gerda;
	}
	foreach ($users as $name => $browser) {
		$old = $browser->cookies;
		is($fpm->get('/regenerate', $browser), 'regenerated', "$protocol: $name gets a new id");
		is($fpm->get('/visit', $browser), "$name " . 2 * $rounds + 1, "$protocol: the new id has the session");
		$browser->cookies = $old;
		is($fpm->get('/visit', $browser), 'a stranger', "$protocol: the old id has no session");
	}
	$fpm->end();
}

done();
?>
--EXPECT--
done
