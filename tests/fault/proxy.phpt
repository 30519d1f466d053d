--TEST--
Each fault does what it says, and ends when it is healed
--SKIPIF--
<?php
require dirname(__DIR__) . '/lib/skip.inc';
if (trim((string) shell_exec('command -v ' . escapeshellarg(getenv('CC') ?: 'cc'))) === '') {
	die('skip there is no C compiler');
}
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';
require __DIR__ . '/nodes.inc';

/* A plain connection to the node, through its proxy. */
final class Wire
{
	/** @var resource|false */
	public $socket;
	private string $input = '';

	public function __construct(FaultyCluster $cluster)
	{
		$this->socket = @stream_socket_client('tcp://' . $cluster->name(0), timeout: PATIENCE);
		if ($this->socket) {
			stream_set_blocking($this->socket, false);
		}
	}

	public function say(string $bytes): void
	{
		while ($bytes !== '' && ($sent = @fwrite($this->socket, $bytes)) !== false) {
			$bytes = substr($bytes, $sent);
			if ($bytes !== '') {
				$this->more(PATIENCE, true);
			}
		}
	}

	/* False: no bytes arrived within this time, or the connection has ended. */
	private function more(float $seconds, bool $writable = false): bool
	{
		$read = [$this->socket];
		$write = $writable ? [$this->socket] : null;
		$except = null;
		if (!stream_select($read, $write, $except, (int) $seconds, (int) (1e6 * fmod($seconds, 1)))) {
			return false;
		}
		$bytes = (string) @fread($this->socket, 1 << 20);
		$this->input .= $bytes;
		return $writable || $bytes !== '';
	}

	/* The next bytes; fewer if no more arrive. */
	public function hear(int $bytes, float $seconds = PATIENCE): string
	{
		while (strlen($this->input) < $bytes && $this->more($seconds)) {
		}
		$heard = substr($this->input, 0, $bytes);
		$this->input = substr($this->input, $bytes);
		return $heard;
	}

	/* The next line without its line end; null: no line arrives, or it is too long. */
	public function line(float $seconds = PATIENCE): ?string
	{
		while (!str_contains($this->input, "\n") && strlen($this->input) < 8192 && $this->more($seconds)) {
		}
		$end = strpos($this->input, "\n");
		if ($end === false || $end >= 8192) {
			return null;
		}
		$line = substr($this->input, 0, $end + 1);
		$this->input = substr($this->input, $end + 1);
		return str_ends_with($line, "\r\n") ? substr($line, 0, -2) : null;
	}

	public function answers(): bool
	{
		$this->say("mn\r\n");
		return $this->line() === 'MN';
	}

	/* No bytes arrive, and the connection stays open. */
	public function isSilent(): bool
	{
		return $this->hear(1, 0.2) === '' && !feof($this->socket);
	}

	/* How the connection ends: 'reset', 'closed', or null if it does not. After a close, unlike a reset, writing still
	 * works. */
	public function end(): ?string
	{
		$this->hear(PHP_INT_MAX);
		return !feof($this->socket) ? null : (@fwrite($this->socket, "mn\r\n") ? 'closed' : 'reset');
	}
}

$cluster = new FaultyCluster(1, 1);
$node = $cluster->node(0);
$wire = fn() => new Wire($cluster);
$value = random_bytes(1000000);

/* ---- no fault ---- */

$plain = $wire();
$plain->say("ms big 1000000 O1\r\n$value\r\nmg big v O2\r\nmn\r\n");
is($plain->line(), 'HD O1', 'a large value goes through');
is($plain->line(), 'VA 1000000 O2', 'and is announced on the way back');
ok($plain->hear(1000002) === "$value\r\n" && $plain->line() === 'MN', 'and comes back as it was');
$half = $wire();
$half->say(str_repeat("mg big v\r\n", 20));
stream_socket_shutdown($half->socket, STREAM_SHUT_WR);
is(strlen($half->hear(PHP_INT_MAX)), 20 * (strlen("VA 1000000\r\n") + 1000002), 'a client that has said all still gets all');

/* ---- a dead server ---- */

$old = $wire();
ok($old->answers(), 'connected');
$cluster->apply(0, ['refuse']);
is($old->end(), 'reset', 'refuse resets the connections');
ok(!$wire()->socket, 'and refuses new ones');
$cluster->heal(0);
ok($wire()->answers(), 'and ends');

$cluster->apply(0, ['close']);
is($wire()->end(), 'closed', 'close closes new connections');
$cluster->heal(0);
ok($wire()->answers(), 'and ends');

/* ---- a partition ---- */

$idle = $wire();
$old = $wire();
ok($idle->answers() && $old->answers(), 'connected');
$cluster->apply(0, ['blackhole']);
$new = $wire();
$old->say("ms hole 2 O1\r\nab\r\n");
$new->say("ms hole 2 O1\r\nab\r\n");
ok($old->isSilent() && $new->isSilent(), 'a blackhole is silent');
$cluster->heal(0);
is($old->end(), 'reset', 'who lost something is reset when it ends');
is($new->end(), 'reset', 'so are those who came meanwhile');
ok($idle->answers(), 'who lost nothing goes on');
is($node->item('hole'), null, 'what it swallowed never arrives');

$old = $wire();
ok($old->answers(), 'connected');
$cluster->apply(0, ['unreachable']);
$old->say("ms hole 2 O1\r\nab\r\n");
ok($old->isSilent(), 'the unreachable are silent');
ok(!@stream_socket_client('tcp://' . $cluster->name(0), timeout: 0.5), 'and cannot be connected to');
$cluster->apply(0, ['blackhole']);
ok($wire()->isSilent(), 'a blackhole can');
$cluster->apply(0, ['unreachable']);
$cluster->heal(0);
is($old->end(), 'reset', 'who lost something is reset when it ends');
ok($wire()->answers(), 'and all goes on');

$old = $wire();
$cluster->apply(0, ['deaf']);
$old->say("ms deaf 2 O1\r\nab\r\n");
wait_until(fn() => $node->item('deaf'), what: 'the request to be executed');
ok($old->isSilent(), 'the answer of a deaf connection is lost');
$cluster->heal(0);
is($old->end(), 'reset', 'and so is the connection');

/* ---- slow ---- */

$old = $wire();
ok($old->answers(), 'connected');
$cluster->apply(0, ['delay', 100]);
$begin = hrtime(true);
$old->say("ms slow 2 O1\r\nab\r\n");
$old->say("mg slow v O2\r\nmn\r\n");
is([$old->line(), $old->line(), $old->line(), $old->line()], ['HD O1', 'VA 2 O2', 'ab', 'MN'], 'in its order');
ok(hrtime(true) - $begin >= 0.2e9, 'so is the answer');
$gone = $wire();
$gone->say("ms late 2 O1\r\nab\r\n");
unset($gone);
wait_until(fn() => $node->item('late'), what: 'the request of a client that went away');

$old = $wire();
$cluster->apply(0, ['jitter', 20]);
for ($i = 1, $lines = []; $i <= 20; $i++) {
	$old->say("mg slow v O$i\r\n");
	array_push($lines, $old->line(), $old->line());
}
is($lines, array_merge(...array_map(fn(int $i) => ["VA 2 O$i", 'ab'], range(1, 20))), 'what is held for a random time comes in its order');

$old = $wire();
ok($old->answers(), 'connected');
$cluster->apply(0, ['late', 50]);
$old->say("ms held 2 O1\r\nab\r\n");
unset($old);
$new = $wire();
$new->say("mn\r\n");
is([$new->isSilent(), $node->item('held')], [true, null], 'requests are held back');
$cluster->heal(0);
is($new->line(), 'MN', 'they arrive when the fault has ended');
wait_until(fn() => $node->item('held'), what: 'the request of a client that hung up meanwhile');
$old = $wire();
ok($old->answers(), 'new connections are not held up');

$cluster->apply(0, ['throttle', 10000]);
$begin = hrtime(true);
$old->say("ms slow 2000 O1\r\n" . str_repeat('x', 2000) . "\r\nmg slow v O2\r\n");
is([$old->line(), $old->line(), strlen($old->hear(2002))], ['HD O1', 'VA 2000 O2', 2002], 'a throttled line brings everything');
ok(hrtime(true) - $begin >= 0.4e9, 'in its time');
$cluster->heal(0);
ok($old->answers(), 'and ends');

/* ---- cut ---- */

$truth = "VA 1000000 O1\r\n$value\r\n";
$cluster->apply(0, ['cut', 1000]);
$lengths = [];
for ($i = 0; $i < 20; $i++) {
	$old->say("mg big v O1\r\n");
	$heard = $old->hear(strlen($truth));
	ok(str_starts_with($truth, $heard), 'what comes before the cut is true');
	is($old->end(), 'reset', 'the cut is a reset');
	$lengths[] = strlen($heard);
	$old = $wire();
}
ok(max($lengths) <= 1000 && count(array_unique($lengths)) > 5, 'at random places: ' . json_encode($lengths));
$cluster->heal(0);
ok($wire()->answers(), 'and ends');

/* ---- damage that a correct client detects ---- */

/* One answer as a correct client reads it. Null: this is not the answer to the request. */
function meta_answer(Wire $wire, int $opaque): ?string
{
	$line = (string) $wire->line(0.1);
	if (!preg_match('/^(HD|EN|NF|NS|EX|VA (\d{1,7})) O(\d+)$/', $line, $found) || $found[3] !== (string) $opaque) {
		return null;
	}
	if ($found[2] === '') {
		return $found[1];
	}
	$data = $wire->hear($found[2] + 2, 0.1);
	return strlen($data) === $found[2] + 2 && str_ends_with($data, "\r\n") ? substr($data, 0, -2) : null;
}

function text_answer(Wire $wire): ?string
{
	$line = $wire->line(0.1);
	if ($line === 'END') {
		return 'none';
	}
	if (!preg_match('/^VALUE text \d+ (\d{1,7})$/', (string) $line, $found)) {
		return null;
	}
	$data = $wire->hear($found[1] + 2, 0.1);
	return strlen($data) === $found[1] + 2 && str_ends_with($data, "\r\n") && $wire->line(0.1) === 'END' ? substr($data, 0, -2) : null;
}

/* Sends pipelines, each connection until it is damaged. Returns how many answers were right, wrong, detected as
 * damaged. */
function damaged(callable $wire, int $rounds, callable $say, callable $hear): array
{
	$counts = ['right' => 0, 'wrong' => 0, 'detected' => 0];
	$connection = $wire();
	for ($i = 0; $i < $rounds; $i++) {
		$connection->say($say($i));
		foreach ($hear($connection, $i) as $expected => $found) {
			$counts[$found === null ? 'detected' : ($found === substr($expected, 2) ? 'right' : 'wrong')]++;
			if ($found === null) {
				$connection = $wire();
				break;
			}
		}
	}
	return $counts;
}

$line = "binary\0\nHD O3\r\n" . random_bytes(20);
$length = strlen($line);
$cluster->apply(0, ['corrupt']);
$found = damaged($wire, 300,
	fn(int $i) => sprintf("ms meta %d O%d\r\n%s\r\nmg meta v O%d\r\nmg nothing v O%d\r\nmd meta O%d\r\n", $length, 10 * $i, $line, ...range(10 * $i + 1, 10 * $i + 3)),
	function (Wire $wire, int $i) use ($line) {
		foreach (['HD', $line, 'EN', 'HD'] as $n => $expected) {
			yield "$n $expected" => meta_answer($wire, 10 * $i + $n);
		}
	});
ok($found['wrong'] === 0 && $found['right'] > 300 && $found['detected'] > 30, 'damaged answers are detected: ' . json_encode($found));
is($node->converse("set text 0 0 $length\r\n$line\r\n"), "STORED\r\n", 'stored');
$found = damaged($wire, 300, fn() => "get text\r\nget none\r\n", function (Wire $wire) use ($line) {
	yield "0 $line" => text_answer($wire);
	yield '1 none' => text_answer($wire);
});
ok($found['wrong'] === 0 && $found['right'] > 150 && $found['detected'] > 30, 'in the text protocol, too: ' . json_encode($found));
$cluster->heal(0);
ok($wire()->answers(), 'and ends');

/* ---- faults of memcached itself ---- */

$cluster->apply(0, ['stop']);
$gone = $wire();
$gone->say("ms stopped 2 O1\r\nab\r\n");
ok($gone->isSilent(), 'a stopped memcached says nothing');
unset($gone);
$cluster->heal(0);
wait_until(fn() => $node->item('stopped'), what: 'the request that waited for it');

$old = $wire();
ok($old->answers(), 'connected');
$cluster->apply(0, ['kill']);
ok($old->end() !== null, 'a killed memcached takes its connections along');
ok(!$wire()->socket, 'new ones are refused');
is($cluster->incarnation(0), 1, 'it was started once');
$cluster->apply(0, ['deaf']);
$cluster->heal(0);
ok($wire()->answers(), 'the next fault finds it alive');
is([$cluster->incarnation(0), $node->item('big')], [2, null], 'again, and empty');
ok($node->converse("ms big 2\r\nab\r\n") === "HD\r\n", 'something is in it');
$cluster->apply(0, ['restart']);
is([$cluster->incarnation(0), $node->item('big'), $wire()->answers(), $cluster->fault(0)], [3, null, true, null], 'a restart leaves nothing');
$cluster->end();

/* ---- two groups of hosts ---- */

$cluster = new FaultyCluster(1, 1, groups: 2);
$node = $cluster->node(0);
putenv('LD_PRELOAD=' . Program::preloaded('reroute'));
putenv('MCHA_REROUTED=1,' . explode(':', $cluster->name(0))[1]);
$other = new Child('
	while (($address = fgets(STDIN)) !== false) {
		$client = new McHA(null, null, trim($address));
		$client->setOption(McHA::OPT_RETRY_TIMEOUT, 0);
		echo $client->set("key", 1) ? "answered" : "refused", "\n";
	}');
putenv('LD_PRELOAD');
putenv('MCHA_REROUTED');
/* how the node answers the first group, the second, and what the second one finds at the node's own address */
$answers = function () use ($other, $cluster, $node): array {
	$own = new Wire($cluster);
	$other->tell($cluster->name(0));
	$other->tell($node->name);
	return [$own->socket ? $own->answers() : null, $other->hear(), $other->hear()];
};
is($answers(), [true, 'answered', 'answered'], 'both groups reach the node');
$cluster->apply(0, ['refuse'], 1);
is($answers(), [true, 'refused', 'answered'], 'away from the second group alone');
$cluster->apply(0, ['refuse'], 0);
is($answers(), [null, 'answered', 'answered'], 'away from the first group alone');
$cluster->apply(0, ['refuse']);
is($answers(), [null, 'refused', 'answered'], 'away from both');
$cluster->heal(0);
is($answers(), [true, 'answered', 'answered'], 'and back');
$other->finish();
$cluster->end();

/* ---- no process is left ---- */

$rig = new Child('
	require $argv[1];
	$cluster = new FaultyCluster(1, 1);
	$cluster->apply(0, ["stop"]);
	echo $cluster->name(0), "\n", $cluster->node(0)->process->pid, "\n";
	fgets(STDIN);
	', [__DIR__ . '/nodes.inc']);
$address = $rig->hear();
$pid = $rig->hear();
ok(@stream_socket_client("tcp://$address") && is_dir("/proc/$pid"), 'a rig in another process');
$rig->kill();
wait_until(fn() => !@stream_socket_client("tcp://$address"), what: 'the proxy to end with its rig');
wait_until(fn() => preg_match('/^State:\s+Z/m', @file_get_contents("/proc/$pid/status") ?: "State:\tZ"), what: 'memcached to end with its rig');

done();
?>
--EXPECT--
done
