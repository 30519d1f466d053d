--TEST--
Visitors of a web site stay logged in while nodes are killed and restarted
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

$cluster = new Cluster(3);
$settings = ['session.use_cookies' => 1, 'session.cache_limiter' => 'nocache', 'session.use_strict_mode' => 1, 'mcha.retry_interval' => 0, 'mcha.sess_persistent' => 1]
	+ session_settings($cluster);
$servers = [new WebServer(dirname(__DIR__) . '/lib/site.php', $settings), new WebServer(dirname(__DIR__) . '/lib/site.php', $settings)];
$visitors = [];
foreach (['anna', 'berta', 'carl', 'dora', 'emil', 'fritz', 'gerda', 'hans'] as $name) {
	$visitors[$name] = new Browser();
	is($visitors[$name]->get("{$servers[0]->url}/login?name=$name"), "welcome $name", "$name logs in");
}
$visits = 0;
$round = function (string $when) use ($servers, $visitors, &$visits): void {
	foreach ($servers as $server) {
		$visits++;
		foreach ($visitors as $name => $browser) {
			is($browser->get("$server->url/visit"), "$name $visits", "$when: $name");
		}
	}
};
$round('all up');
foreach ([0, 1, 2] as $node) {
	$cluster->kill($node);
	$round("node $node killed");
	$cluster->restart($node);
	$round("node $node restarted empty");
}
foreach ($visitors as $name => $browser) {
	$old = $browser->cookies;
	is($browser->get("{$servers[1]->url}/regenerate"), 'regenerated', "$name gets a new id");
	ok($browser->cookies !== $old, "$name: in the cookie");
}
$round('with new ids');
foreach ($visitors as $name => $browser) {
	is($browser->get("{$servers[1]->url}/logout"), 'bye', "$name logs out");
	is($browser->get("{$servers[0]->url}/visit"), 'a stranger', "$name is logged out");
}

done();
?>
--EXPECT--
done
