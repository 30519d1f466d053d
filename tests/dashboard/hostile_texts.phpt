--TEST--
Whatever servers, keys and zones are called is text in the page, and a label in the metrics
--SKIPIF--
<?php require dirname(__DIR__) . '/lib/skip.inc'; ?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require dirname(__DIR__, 2) . '/cli/classes.php';

use McHA\Cli\Dashboard\{Dashboard, Gate, History, Html, PoolMetrics, Source, State, StateFile, Tries};
use McHA\Cli\Http\Request;

const HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>\u{202e}\0\xff&\n";

/* Every text that a node, a key or an operator may have chosen is hostile. */
function state(): State
{
	$node = ['node' => 'a' . HOSTILE, 'zone' => HOSTILE, 'role' => HOSTILE, 'state' => 'up', 'reason' => null, 'latency_us' => 5, 'protocol' => HOSTILE,
		'version' => HOSTILE, 'uptime' => 5, 'bytes' => 5, 'limit' => 50, 'items' => 5, 'evictions' => 5, 'connections' => 5, 'hits' => 1, 'lookups' => 2,
		'hints' => 0, 'distrusted' => false];
	$down = ['node' => 'b' . HOSTILE, 'state' => HOSTILE, 'reason' => HOSTILE, 'version' => null] + $node;
	$resync = ['nodes' => [HOSTILE], 'since' => 5, 'done' => 1, 'keys' => 2];
	$last = ['nodes' => [HOSTILE], 'time' => 5, 'looked' => 1, 'stored' => 1, 'seconds' => 0.5, 'incomplete' => 0, 'sessions' => 0];
	return new State(microtime(true), 1, 2, [$node, $down], ['leads' => true, 'words' => HOSTILE, 'due' => ['a' . HOSTILE], 'resync' => $resync, 'last' => $last],
		[['time' => HOSTILE, 'event' => HOSTILE, 'node' => HOSTILE, 'message' => HOSTILE]]);
}

$source = new class implements Source {
	public function state(): State
	{
		return state();
	}
	public function hasAgent(): bool
	{
		return true;
	}
	public function requestResync(string $node): void
	{
	}
};
$folder = new Folder();
$gate = new Gate(null, new Tries(new StateFile("$folder->path/tries")));
$dashboard = new Dashboard($source, new History(), $gate, '127.0.0.1:1', true);
$ask = fn(array $query, string $method = 'GET', array $form = []) => $dashboard->answer(new Request($method, '/', $query, ['host' => '127.0.0.1'], $form, '127.0.0.1'));
ok(str_contains($ask([], 'POST', ['action' => 'look', 'key' => HOSTILE, 'live' => '1'])->body, 'cannot be a key'), 'a key that is posted');

foreach ([[], ['key' => HOSTILE, 'prefix' => HOSTILE, 'session' => HOSTILE, 'notice' => HOSTILE], ['key' => str_repeat('<b>', 80)], ['live' => '1', 'key' => HOSTILE]] as $query) {
	$html = $ask($query)->body;
	is(preg_match_all('/<script/i', $html), isset($query['live']) ? 0 : 1, 'the page has no script but its own');
	is(preg_match_all('/<img/i', $html), 0, 'and no picture');
	$tags = preg_replace('/"[^"]*"/', '""', preg_replace('/<(script|style).*?<\/\1>/s', '', $html));
	is(preg_match_all('/<[^>]*\son\w+=|<[^>]*\'|&[^;]*</i', $tags), 0, 'and no handler, and no attribute that a text has begun');
	ok(preg_match('//u', $html) && !str_contains($html, "\0") && !str_contains($html, "\u{202e}"), 'it is valid, and shows no text as another one');
}
ok(str_contains($ask(['key' => HOSTILE])->body, 'cannot be a key'), 'a key that is none');
is(Html::text("a<b>\u{200b}"), "a&lt;b&gt;\u{fffd}", 'a text');

/* The metrics: one line for each sample. */
foreach (explode("\n", trim(PoolMetrics::text(state()))) as $line) {
	ok(preg_match('/^(# (HELP|TYPE) mcha_\w+ .+|mcha_\w+(\{(\w+="(?:[^"\\\\\n]|\\\\[\\\\"n])*",?)*\})? -?[\d.e+]+)$/u', $line), "a line of metrics: $line");
}
done();
?>
--EXPECT--
done
