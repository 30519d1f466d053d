--TEST--
A SessionHandler subclass that throws, exits or fails in any method leaves no lock and no connection behind
--SKIPIF--
<?php
$needs = ['memcached', 'php-fpm'];
require dirname(__DIR__) . '/lib/skip.inc';
?>
--FILE--
<?php
require dirname(__DIR__) . '/lib/test.inc';

const HANDLER = '
	final class Throwing extends SessionHandler
	{
		private function maybe(string $where): void
		{
			global $method, $how;
			if ($where !== $method) {
				return;
			}
			match ($how) {
				"exception" => throw new Exception("thrown"),
				"exit" => exit,
				"error" => undefined_function(),
				"memory" => str_repeat("x", PHP_INT_MAX - 100),
				"time" => (function () { set_time_limit(1); while (true) { } })(),
			};
		}

		public function open(string $path, string $name): bool
		{
			$opened = parent::open($path, $name);
			$this->maybe("open");
			return $opened;
		}

		public function read(string $id): string|false
		{
			$data = parent::read($id);
			$this->maybe("read");
			return $data;
		}

		public function write(string $id, string $data): bool
		{
			$this->maybe("before write");
			$written = parent::write($id, $data);
			$this->maybe("write");
			return $written;
		}

		public function close(): bool
		{
			$this->maybe("close");
			return parent::close();
		}

		public function destroy(string $id): bool
		{
			$this->maybe("destroy");
			return parent::destroy($id);
		}
	}
	session_set_save_handler(new Throwing(), $registered ?? false);
	ini_set("session.cache_limiter", "");
	ini_set("session.use_cookies", "0");
	ini_set("display_errors", "0");
	session_id($id);
	session_start();
	$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1;
	if ($method === "destroy") {
		session_destroy();
	}
	session_write_close();
	';
const PAGE = '<?php [$id, $method, $how] = [$_GET["id"], $_GET["method"], $_GET["how"]];
	if ($method === "sockets") {
		exit((string) count(array_filter(glob("/proc/self/fd/*"), fn($fd) => str_starts_with((string) @readlink($fd), "socket:"))));
	}
	' . HANDLER;
$cluster = new Cluster(3);
$fpm = new Fpm(PAGE, 1, ['log_errors' => 0, 'memory_limit' => '64M'] + session_settings($cluster));
$sockets = fn() => (int) $fpm->get('/?id=&method=sockets&how=');
$methods = ['open', 'read', 'before write', 'write', 'close', 'destroy'];
$limited = getenv('USE_ZEND_ALLOC') !== '0';
$hows = ['exception', 'exit', 'error', ...($limited ? ['memory'] : [])];
$visit = 'session_start(); echo $_SESSION["n"] ?? "none";';
$impatient = ['mcha.sess_lock_timeout' => 300, 'mcha.sess_lock_expire' => 600];
$before = $sockets();
foreach ($methods as $method) {
	foreach ($hows as $how) {
		$id = new_id();
		$fpm->get('/?' . http_build_query(['id' => $id, 'method' => $method, 'how' => $how], '', '&', PHP_QUERY_RFC3986));
		is($sockets(), $before, "$how in $method: no connection is left");
		is($cluster->copies(ini_get('mcha.sess_prefix') . "lock.$id"), [], "$how in $method: no lock is left");
		$output = visit($cluster, $id, $visit, $impatient)->finish();
		ok(preg_match('/^(1|none)$/', $output) === 1, "$how in $method: the next request gets the lock at once: $output");
	}
}
if ($limited) { /* once, because it takes the second of its time limit */
	$fpm->get('/?' . http_build_query(['id' => $id = new_id(), 'method' => 'read', 'how' => 'time']));
	is($sockets(), $before, 'a time limit in read: no connection is left');
	is($cluster->copies(ini_get('mcha.sess_prefix') . "lock.$id"), [], 'a time limit in read: no lock is left');
}
is($fpm->get('/?' . http_build_query(['id' => $id = new_id(), 'method' => 'none', 'how' => ''])), '', 'the worker still serves requests');
is(visit($cluster, $id, $visit, $impatient)->finish(), '1', 'the worker writes a session');
$fpm->end();

/* A process that catches the exception may start the session again, or another one: no session stays locked. */
$output = visit($cluster, $id = new_id(), '
	$id = $argv[1];
	$method = "read";
	$how = "exception";
	try {
		' . HANDLER . '
	} catch (Exception $e) {
		echo $e->getMessage(), "\n";
	}
	$method = "";
	foreach (["other", "", "other", ""] as $suffix) {
		session_id($id . $suffix);
		session_start();
		$_SESSION["n"] = ($_SESSION["n"] ?? 0) + 1;
		session_write_close();
	}
	echo $_SESSION["n"], "\n";
	fgets(STDIN);', $impatient);
is([$output->hear(), $output->hear()], ['thrown', '2'], 'a process that catches the exception writes the session');
is($cluster->copies(ini_get('mcha.sess_prefix') . "lock.$id"), [], 'its lock is released');
is($cluster->copies(ini_get('mcha.sess_prefix') . "lock.{$id}other"), [], 'the other session\'s lock is released, too');
$output->finish();

done();
?>
--EXPECT--
done
