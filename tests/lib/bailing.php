<?php
/* A web site whose requests end badly, in every way that PHP has, during an operation on a persistent pool that the next
 * request uses again. /check reports what a request reads. The test sets mcha.servers and the environment. */
ini_set('display_errors', '0');
header('Content-Type: text/plain');

final class Ending
{
	public string $how = 'nothing';

	public function __wakeup(): void
	{
		end_badly($this->how);
	}

	public function __serialize(): array
	{
		return ['how' => $this->how, 'filling' => str_repeat('filling', 10000)];
	}

	public function __unserialize(array $data): void
	{
		end_badly($data['how']);
	}
}

function end_badly(string $how): mixed
{
	return match ($how) {
		'exit' => exit('exited'),
		'exception' => throw new DomainException('thrown'),
		'fatal error' => no_such_function(),
		'no memory' => str_repeat('x', 1 << 30) . 'x',
		'compile error' => eval('function end_badly() {}'),
		default => false,
	};
}

function client(): McHA
{
	$client = new McHA('kept');
	if ($client->isPristine()) {
		$client->setOptions([McHA::OPT_COMPRESSION => false, McHA::OPT_CONNECT_TIMEOUT => 10000, McHA::OPT_OPERATION_TIMEOUT => (int) getenv('TIMEOUT') ?: 40000]);
		$client->setOption(McHA::OPT_RETRY_TIMEOUT, 0);
	}
	return $client;
}

$client = client();
$how = $_GET['how'] ?? 'nothing';
$many = array_map(fn(int $i) => "key$i", range(0, 19));
$memory = function () {
	gc_mem_caches();
	ini_set('memory_limit', (string) (memory_get_usage(true) + (3 << 20)));
};
switch (parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH)) {
	case '/check':
		$values = $client->getMulti($many, McHA::GET_PRESERVE_ORDER);
		foreach (array_rand($many, 5) as $i) {
			$single[$many[$i]] = $client->get($many[$i]);
		}
		$stored = $client->set('stored', $now = uniqid()) && $client->get('stored') === $now;
		$sockets = count(preg_grep('/^socket:/', array_map(fn($fd) => (string) @readlink($fd), glob('/proc/self/fd/*'))));
		exit(json_encode(['pid' => getmypid(), 'values' => $values, 'single' => $single ?? [], 'stored' => $stored, 'sockets' => $sockets]));
	case '/get':
		$memory();
		exit(strlen($client->get('large')));
	case '/getMulti':
		$memory();
		exit((string) count($client->getMulti(['key1', 'large', 'key2', 'large2', 'key3'])));
	case '/getStats':
		ini_set('memory_limit', (string) (memory_get_usage(true) + (1 << 10)));
		for ($kept = []; count($kept) < 3000;) {
			$kept[] = $client->getStats();
		}
		exit('there is no limit');
	case '/setMulti':
		$memory();
		exit((string) $client->setMulti(['stored2' => array_fill(0, 200000, 'long enough to need a lot of memory')]));
	case '/decode':
		exit(var_export($client->get("ending-$how"), true));
	case '/decode-many':
		exit(var_export($client->getMulti(['key1', "ending-$how", 'key2']), true));
	case '/encode':
		$ending = new class ($how) {
			public function __construct(private string $how)
			{
			}

			public function __serialize(): array
			{
				end_badly($this->how);
				return [];
			}
		};
		exit(var_export($client->setMulti(['a' => 1, 'ending' => $ending, 'b' => 2]), true));
	case '/read-through':
		exit(var_export($client->get('none', fn() => end_badly($how)), true));
	case '/failure':
		$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => end_badly($how));
		exit(var_export($client->get('broken'), true));
	case '/failure-in-getMulti':
		$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => end_badly($how));
		exit(var_export($client->getMulti(['key1', 'broken', 'key2']), true));
	case '/hang':
		set_time_limit(1); /* counts processor time, so the test sends the signal itself */
		$client->getMulti(['key1', 'hang', 'key2']);
		for (;;) {
		}
	default:
		exit('what?');
}
