--TEST--
Messages show a server's answer without its control characters and terminal escapes, and escape its HTML in a page
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--INI--
mcha.retry_interval=0
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const HOSTILE = "SERVER_ERROR \e]0;owned\x07\e[31m<script>alert(1)</script>\x9b\"\\ \xc3\xa4\ttail";
$shown = 'SERVER_ERROR \x1b]0;owned\x07\x1b[31m<script>alert(1)</script>\x9b\x22\x5c \xc3\xa4\x09tail';
$is_plain = fn(string $text): bool => !preg_match('/[^\x20-\x7e]/', $text);

foreach (['auto', 'text'] as $protocol) {
	$cluster = new Cluster(1);
	$front = new BadServer([['match' => '/\b(key|lock)/', 'reply' => HOSTILE . "\r\n"]], $cluster->nodes[0]);
	$reasons = [];
	$client = new McHA(null, null, $front->name);
	$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 20000, McHA::OPT_PROTOCOL => $protocol,
		McHA::OPT_FAILURE_CALLBACK => function (string $node, string $reason) use (&$reasons) { $reasons[] = $reason; }]);
	foreach (['get' => fn() => $client->get('key'), 'set' => fn() => $client->set('key', 1), 'delete' => fn() => $client->delete('key')] as $name => $call) {
		is($call(), false, "$protocol, $name");
		$texts = [$client->getLastErrorMessage(), ...array_values($client->getLastReplication()['failed']), ...$reasons];
		ok(count($texts) > 2, "$protocol, $name: the error message shows the answer: " . json_encode($texts));
		foreach ($texts as $text) {
			ok($is_plain($text), "$protocol, $name: " . json_encode($text));
			ok(str_contains($text, $shown), "$protocol, $name: the whole answer is shown: $text");
		}
	}
}

/* A session warning: in a terminal and a log, and in a page, where PHP escapes HTML. */
$start = 'session_id("key"); session_start();';
$ini = ['session.save_handler' => 'mcha', 'session.save_path' => $front->name, 'session.use_cookies' => 0, 'session.cache_limiter' => '',
	'mcha.sess_prefix' => '', 'mcha.operation_timeout' => 20000, 'mcha.connect_timeout' => 10000, 'mcha.sess_locking' => 0, 'mcha.retry_interval' => 0, 'display_errors' => 1];
$said = run_php($start, [], $ini + ['html_errors' => 0]);
ok(str_contains($said, $shown), "the warning shows the answer: $said");
ok($is_plain(strtr($said, "\n", ' ')), 'the warning has no control characters: ' . json_encode($said));
$page = run_php($start, [], $ini + ['html_errors' => 1]);
ok(str_contains($page, '&lt;script&gt;') && !str_contains($page, '<script>'), "the page escapes HTML: $page");
ok($is_plain(strtr($page, "\n", ' ')), 'the page has no control characters: ' . json_encode($page));

/* The version that a server reports, as dashboards show it. */
$front = new BadServer([['match' => '/^version/', 'reply' => "VERSION 1.6.18\e[31m\x07\r\n"]], $cluster->nodes[0]);
$client = new McHA(null, null, $front->name);
$client->setOptions([McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => 20000]);
$client->getVersion();
is($client->getNodes()[0]['server_version'], '1.6.18\x1b[31m\x07', 'the version');

done();
?>
--EXPECT--
done
