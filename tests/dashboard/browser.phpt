--TEST--
In a browser the dashboard shows by itself that a node dies and comes back, keeps what one types, tells where a key lies, fits a phone, can be read in light and dark, and says when it is old
--SKIPIF--
<?php
$needs = ['memcached', 'console', 'pcntl'];
require dirname(__DIR__) . '/lib/skip.inc';
require __DIR__ . '/chromium.inc';
Chromium::isThere() || die('skip chromium is not there: scripts/install-packages browser');
getenv('MCHA_VALGRIND_LOGS') && die('skip the browser has no use for valgrind');
?>
--FILE--
<?php
require __DIR__ . '/dashboard.inc';
require __DIR__ . '/chromium.inc';

$cluster = new Cluster(3);
$zoned = implode(',', array_map(fn(int $i) => $cluster->name($i) . '?zone=' . 'aab'[$i], [0, 1, 2]));
$mcha = new CommandLine($zoned);
$client = new McHA(null, null, $zoned);
$client->setMulti(array_fill_keys(array_map(fn(int $i) => "key$i", range(1, 100)), 'value'), 3600);
$key = $cluster->keyLedBy($client, 0, 2);
$client->set($key, 'value');
$server = new DashboardAgent($mcha, new Folder(), '--allow-changes');
$server->agent->awaitWhole($cluster, 0, 1, 2);
$browser = new Chromium();
$verdict = 'document.querySelector(".verdict").textContent';
$class = fn(int $i): string => "document.querySelector('[data-node=\"{$cluster->name($i)}\"]').className";

/* Alive: a mark in the page shows that it is never loaded anew. */
$browser->resize(1280, 900, false);
$browser->open("$server->url/");
$browser->await("$verdict === 'All 3 nodes are up, and have all their copies.'");
$browser->run('window.mark = 1; return 1');
$browser->type('input[name=key]', 'half a ke');

/* A node dies, and comes back empty. */
$cluster->kill(2);
$browser->await($class(2) . ' === "down"');
$browser->await("$verdict.startsWith('1 of 3 nodes is down: {$cluster->name(2)}.')");
$browser->await('document.querySelector(".events").textContent.includes("' . $cluster->name(2) . ' is down")');
is($browser->run('[window.mark, document.querySelector("input[name=key]").value, document.activeElement.name]'), [1, 'half a ke', 'key'], 'what one types stays');
foreach ([[1280, false], [1280, true], [390, false], [390, true]] as [$width, $isDark]) {
	$browser->resize($width, 844, $isDark);
	$what = "$width wide, " . ($isDark ? 'dark' : 'light');
	is($browser->run(file_get_contents(__DIR__ . '/contrast.js')), [], "$what: the contrast");
	is($browser->run('document.documentElement.scrollWidth'), $width, "$what: nothing is cut off");
}
is($browser->run('matchMedia("(prefers-color-scheme: dark)").matches'), true, 'dark is dark');
$browser->resize(1280, 900, false);
$cluster->nodes[2]->start();
$browser->await($class(2) . ' === "up"');
$browser->await("$verdict === 'All 3 nodes are up, and have all their copies.'");

/* Where a key lies; what a browser makes of a hostile one. */
$browser->run('document.querySelector("input[name=key]").value = arguments[0]; return 1', $key);
$browser->click('form[role=search] button');
$browser->await('document.querySelector(".answer").textContent.includes("All home nodes have the same copy.")');
is($browser->run('[...document.querySelectorAll(".mark")].map((mark) => mark.textContent)'), ['1', '2'], 'its home nodes are marked in the picture');
$cluster->delete(2, $key);
$browser->await('document.querySelector(".answer").textContent.includes("Some home node has no copy")');
$browser->click('.act input[type=checkbox]');
$browser->click('.act .danger');
$browser->await('document.querySelector(".notice")?.textContent === "The key is deleted."');
is(array_keys($cluster->copies($key)), [], 'the button deletes the key');
$hostile = '"><img/src=x/onerror=window.pwned=1><script>window.pwned=1</script>';
$browser->open("$server->url/?" . http_build_query(['key' => $hostile, 'prefix' => "'><svg/onload=window.pwned=1>"]));
$browser->await('document.querySelector(".answer")');
is($browser->run('[window.pwned ?? null, document.querySelector("input[name=key]").value]'), [null, $hostile], 'a key is a text');
is($browser->complaints(), [], 'the browser has nothing to complain of');

/* The agent hangs, and is killed. */
$browser->open("$server->url/");
$server->agent->process->signal(Process::STOP);
$browser->await('document.getElementById("time").textContent.startsWith("Old: the agent last looked")');
$server->agent->process->end();
$browser->await('!document.getElementById("stale").hidden');
ok($browser->run('document.getElementById("stale").textContent.startsWith("What is shown is old")'), 'the page says that it is old');
$browser->quit();

done();
?>
--EXPECT--
done
