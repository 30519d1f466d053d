--TEST--
Persistent connections, copies, several workers: every user sees his own session, and all of his visits
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
		/* Two visits of everybody at once: more than there are workers, and each user waits for himself. */
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
		/* An end of a session is a deletion on all copies, twice. */
		is($fpm->get('/logout', $users['gerda']), 'bye', "$protocol: gerda leaves");
		is($fpm->get('/visit', $users['gerda']), 'a stranger', "$protocol: for good");
		unset($users['gerda']);
		$gerda = new Browser();
		is($fpm->get('/login?name=gerda', $gerda), 'welcome gerda', "$protocol: and comes again");
		for ($visit = 1; $visit <= 2 * $round; $visit++) {
			is($fpm->get('/visit', $gerda), "gerda $visit", "$protocol: from the beginning");
		}
		$users['gerda'] = $gerda;
	}
	foreach ($users as $name => $browser) {
		$old = $browser->cookies;
		is($fpm->get('/regenerate', $browser), 'regenerated', "$protocol: $name gets a new id");
		is($fpm->get('/visit', $browser), "$name " . 2 * $rounds + 1, "$protocol: which has his session");
		$browser->cookies = $old;
		is($fpm->get('/visit', $browser), 'a stranger', "$protocol: and the old one nobody's");
	}
	$fpm->end();
}

done();
?>
--EXPECT--
done
