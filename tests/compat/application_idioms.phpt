--TEST--
Idioms of pecl memcached's applications work: ini_set() that applies at once, servers and save paths in any form
--SKIPIF--
<?php
$needs = ['memcached', 'pecl-memcached', 'igbinary'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--EXTENSIONS--
igbinary
--FILE--
<?php
require __DIR__ . '/drop_in.inc';

$cluster = new Cluster(1);
$socket = new Cluster(1, ['unix' => true]);
$port = $cluster->nodes[0]->number;

/* Settings without an option are set by ini_set(), before or after the object is made. */
const COMPRESSING = <<<'PHP'
	$client = new Memcached($argv[2] ?: null);
	$client->addServer('127.0.0.1', (int) $argv[1]);
	$is_compressed = function () use ($client, $argv): string {
		$client->set('key', str_repeat('value ', 100));
		$socket = stream_socket_client("tcp://127.0.0.1:$argv[1]");
		fwrite($socket, "mg key f\r\nquit\r\n");
		return (int) preg_replace('/.* f/', '', stream_get_contents($socket)) & 16 ? 'compressed' : 'plain';
	};
	$said = [$is_compressed()];
	foreach ([['threshold', 600], ['threshold', 601], ['threshold', 1], ['factor', 100], ['factor', 1.3]] as [$name, $value]) {
		ini_set("memcached.compression_$name", (string) $value);
		$said[] = "$name $value: " . $is_compressed();
	}
	ini_restore('memcached.compression_threshold');
	echo implode(', ', [...$said, $is_compressed()]);
	PHP;
foreach (['', 'kept'] as $id) {
	both_say(COMPRESSING, [$port, $id], 'plain, threshold 600: compressed, threshold 601: plain, threshold 1: compressed, factor 100: plain, factor 1.3: compressed, plain', 'ini_set() applies to an existing object');
}

/* MediaWiki passes false as a socket's port, and expects true from a write without reply. */
both_say('
	$client = new Memcached();
	$client->setOption(Memcached::OPT_NO_BLOCK, false);
	$added = [];
	foreach ([$argv[1], "127.0.0.1:$argv[2]"] as $host) {
		$parts = $host[0] === "/" ? [$host, false] : explode(":", $host);
		$added[] = $client->addServers([$parts]);
	}
	$client->setOption(Memcached::OPT_NOREPLY, true);
	$done = [];
	foreach (range(1, 20) as $i) {
		$done[] = $client->set("key$i", $i) && $client->delete("missing$i") && $client->add("key$i", 0) && $client->getResultCode() === Memcached::RES_SUCCESS;
	}
	$client->setOption(Memcached::OPT_NOREPLY, false);
	echo json_encode([$added, array_unique($done), $client->get("key1")]);', [$socket->nodes[0]->host, $port], '[[true,true],[true],1]', 'sockets and writes without reply');

/* Save paths in an invalid form. */
const START = <<<'PHP'
	$said = [];
	set_error_handler(function (int $level, string $message) use (&$said): bool {
		$said[] = ($level === E_NOTICE ? 'notice: ' : 'warning: ') . $message;
		return true;
	});
	ini_set('session.use_cookies', '0');
	ini_set('session.cache_limiter', '');
	ini_set('session.save_handler', 'memcached');
	ini_set('session.save_path', $argv[1]);
	session_id("abcdefghijklmnopqrst$argv[2]");
	$started = session_start();
	$before = $_SESSION['visits'] ?? 0;
	$_SESSION['visits'] = $before + 1;
	session_write_close();
	echo json_encode([$started, $before, $said]);
	PHP;
$closed = new Port();
$read = [
	"127.0.0.1:$port;127.0.0.1:$closed->number" => "127.0.0.1:$port:$closed->number", "127.0.0.1:$port;" => "127.0.0.1:$port", "127.0.0.1:$port 5" => "127.0.0.1:$port:5",
	"127.0.0.1:$port 70000" => "127.0.0.1:$port:65535", "127.0.0.1:$port 127.0.0.1:$closed->number" => "127.0.0.1:$port:127", "127.0.0.1:$port/0" => "127.0.0.1:$port",
	"127.0.0.1:$port?persistent=1&weight=1&timeout=1" => "127.0.0.1:$port", "127.0.0.1:$port:1:2" => "127.0.0.1:$port:1", "127.0.0.1:$port:heavy" => "127.0.0.1:$port",
	"127.0.0.1:$port:1 persistent" => "127.0.0.1:$port", "127.0.0.1:0$port" => "127.0.0.1:$port",
];
$visitor = 0;
foreach ($read as $path => $as) {
	$visitor++;
	foreach (both_sides(START, [$path, $visitor]) as $side => $output) {
		[$started, $before, $said] = json_decode($output, true) ?? [$output, null, []];
		is($started, true, "$path: the session is started by $side");
		is($before, $side === 'McHA' ? 1 : 0, "$path: the session data that $side finds");
		is(count($said), $side === 'McHA' ? 1 : 0, "$path: the number of notices of $side: " . implode(', ', $said));
		ok($side !== 'McHA' || (str_starts_with($said[0] ?? '', 'notice: ') && str_contains($said[0], "it is read as \"$as\"")), "$path: McHA's notice says how it reads the path: " . implode(', ', $said));
	}
}
foreach (["PERSISTENT=1 127.0.0.1:$port" => 'failed to parse session.save_path: PERSISTENT is replaced by memcached.sess_persistent = On', '' => 'failed to parse session.save_path'] as $path => $words) {
	foreach (both_sides(START, [$path, 0]) as $side => $output) {
		[$started, , $said] = json_decode($output, true) ?? [$output, null, []];
		is($started, false, "'$path': no session is started by $side");
		is($said[0] ?? null, "warning: session_start(): $words", "'$path': the warning of $side");
	}
}
foreach (["127.0.0.1;127.0.0.1:$port", "\"127.0.0.1:$port\"", "127.0.0.1:port", "[127.0.0.1]:$port", "127.0.0.1:99999;"] as $path) {
	[$started, , $said] = json_decode(run_php(START, [$path, 0], ['mcha.compat' => 'memcached']), true);
	ok($started === false && str_starts_with($said[0], 'warning: session_start(): session.save_path: server "'), "$path is refused: " . implode(', ', $said));
}

/* Directives: defaults, and ini_set() that refuses without a warning (frameworks turn warnings into exceptions). */
both_say('
	set_error_handler(fn(int $level, string $message) => print("$message\n"));
	$said = [ini_get("memcached.serializer"), (new Memcached())->getOption(Memcached::OPT_SERIALIZER)];
	foreach (["serializer" => "nonsense", "compression_type" => "nonsense", "sess_lock_wait_min" => "-1", "sess_number_of_replicas" => "-1"] as $name => $value) {
		$before = ini_get("memcached.$name");
		$said[] = ini_set("memcached.$name", $value);
		$said[] = ini_get("memcached.$name") === $before;
	}
	echo json_encode($said);', [], '["igbinary",2,false,true,false,true,false,true,false,true]', 'directives');

/* The lines of phpinfo() that other programs read. */
both_say('
	ob_start();
	phpinfo(INFO_MODULES);
	preg_match("/\nmemcached\n(.*?)\nDirective => /s", ob_get_clean(), $found);
	foreach (explode("\n", trim($found[1])) as $line) {
		if (preg_match("/^(memcached|SASL|Session|igbinary|json) support => /", $line)) {
			echo "$line\n";
		}
	}', [], "memcached support => enabled\nSASL support => yes\nSession support => yes\nigbinary support => yes\njson support => yes\n", 'phpinfo()');

/* getStats() returns the statistics of all servers, or false. */
both_say('
	$client = new Memcached();
	$client->addServer("127.0.0.1", (int) $argv[1]);
	$said = [count($client->getStats()), count($client->getStats("settings"))];
	$client->addServer("127.0.0.1", (int) $argv[2]);
	echo json_encode([...$said, $client->getStats(), $client->getStats("settings"), $client->getResultCode() === 0]);', [$port, $closed->number], '[1,1,false,false,false]', 'statistics');

/* OPT_VERIFY_KEY. */
both_say('
	foreach ([false, true] as $binary) {
		$client = new Memcached();
		$client->setOptions([Memcached::OPT_VERIFY_KEY => true, Memcached::OPT_BINARY_PROTOCOL => $binary, Memcached::OPT_PREFIX_KEY => "p:"]);
		$client->addServer("127.0.0.1", (int) $argv[1]);
		foreach (["key", "M\u{f6}hre", "\u{6e2c}"] as $key) {
			echo json_encode([$client->checkKey($key), $client->set($key, 1), $client->getResultCode() === Memcached::RES_BAD_KEY_PROVIDED, $client->get($key), $client->increment($key), $client->delete($key)]), "\n";
		}
	}', [$port], <<<'TEXT'
	[true,true,false,1,2,true]
	[false,false,true,false,false,false]
	[false,false,true,false,false,false]
	[true,true,false,1,2,true]
	[true,true,false,1,2,true]
	[true,true,false,1,2,true]

	TEXT, 'keys beyond ASCII');

done();
?>
--EXPECT--
done
