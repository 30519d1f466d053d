--TEST--
All workers of a PHP-FPM share one near cache, and a request that ends abnormally leaves the near cache consistent
--SKIPIF--
<?php if (getenv('MCHA_VALGRIND_LOGS')) die('skip valgrind does not see what other processes write into shared memory');
$needs = ['memcached', 'php-fpm']; require dirname(__DIR__) . '/lib/skip.inc'; if (!has_extensions(['apcu'])) die('skip apcu is not there'); ?>
--FILE--
<?php
require __DIR__ . '/near_cache.inc';

const SITE = <<<'SITE'
	<?php
	class Ending
	{
		public function __construct(public string $how)
		{
		}

		public function __wakeup(): void
		{
			end_badly($this->how);
		}
	}

	function end_badly(string $how): void
	{
		match ($how) {
			'exit' => exit('exited'),
			'exception' => throw new DomainException('thrown'),
			'fatal error' => no_such_function(),
			'no memory' => str_repeat('x', 1 << 30) . 'x',
		};
	}

	set_error_handler(function (int $level, string $message): bool {
		echo "handled: $message";
		return true;
	});
	$client = new McHA('site');
	$client->setOption(McHA::OPT_COMPRESSION, false);
	$key = $_GET['key'] ?? 'key';
	$tell = fn(mixed $value) => print(json_encode(['pid' => getmypid(), 'value' => $value, 'local' => $client->getLastReplication()['local'] !== [],
		'code' => $client->getResultCode()]));
	switch ($_GET['do'] ?? '') {
		case 'set':
			$tell($client->set($key, $_GET['value']));
			break;
		case 'large':
			$tell($client->set($key, str_repeat($_GET['value'], 1000000)));
			break;
		case 'ending':
			$tell($client->set($key, new Ending($_GET['value'])));
			break;
		case 'delete':
			$tell($client->delete($key));
			break;
		case 'get':
			$tell($client->get($key));
			usleep((int) ($_GET['pause'] ?? 0));
			break;
		case 'length':
			$tell(strlen($client->get($key)));
			break;
		case 'getMulti':
			$tell($client->getMulti(['key', $key, 'another']));
			break;
		case 'tight':
			register_shutdown_function(fn() => trigger_error('a warning', E_USER_WARNING));
			$filling = str_repeat('x', 1 << 20);
			ini_set('memory_limit', (string) (memory_get_usage(true) + (1 << 10)));
			exit(strlen($client->get($key)) . ' bytes');
		case 'callback':
			$client->setOption(McHA::OPT_FAILURE_CALLBACK, fn() => end_badly($_GET['value']));
			$tell($client->get($key));
			break;
	}
	SITE;

$cluster = new Cluster(2);
$elsewhere = $cluster->client([McHA::OPT_COMPRESSION => false]);
$fpm = new Fpm(SITE, 3, ['extension' => 'apcu', 'mcha.servers' => $cluster->servers(), 'mcha.near_cache' => 'apcu', 'mcha.near_cache_ttl' => 3600,
	'mcha.near_cache_fresh' => 3600, 'mcha.operation_timeout' => 40000, 'mcha.connect_timeout' => 10000, 'mcha.retry_interval' => 0, 'memory_limit' => '64M',
	'display_errors' => 0]);
$ask = fn(string $query) => json_decode($fpm->get("/?$query"), true);
$all = function (string $query) use ($fpm): array { /* the answers of all workers */
	$answers = [];
	wait_until(function () use ($fpm, $query, &$answers) {
		foreach (array_map(fn() => $fpm->send("/?$query&pause=2000"), range(1, $fpm->workers)) as $request) {
			$answer = json_decode($request->answer(), true);
			$answers[$answer['pid']][] = array_slice($answer, 1, 2);
		}
		return count($answers) === $fpm->workers;
	}, what: 'all workers to answer');
	return array_values(array_unique(array_merge(...array_values($answers)), SORT_REGULAR));
};

/* A value that one worker reads is in the near cache of all workers. */
$elsewhere->set('key', 'read');
is($ask('do=get')['local'], false, 'one worker reads from a node');
$elsewhere->set('key', 'changed elsewhere');
is($all('do=get'), [['value' => 'read', 'local' => true]], 'all workers serve the value that one worker read');
is($ask('do=set&value=written')['value'], true, 'one worker writes');
is($all('do=get'), [['value' => 'written', 'local' => true]], 'all workers serve the value that one worker wrote');
is($ask('do=delete')['value'], true, 'one worker deletes');
is($all('do=get'), [['value' => false, 'local' => false]], 'no worker serves a deleted value');

/* Abnormal ends. */
$ask('do=set&value=good');
$ask('do=set&key=another&value=good+too');
foreach (['exit', 'exception', 'fatal error', 'no memory'] as $how) {
	$ask('do=ending&key=ending&value=' . urlencode($how));
	foreach (['get', 'getMulti'] as $do) {
		$fpm->get("/?do=$do&key=ending");
		is($all('do=get'), [['value' => 'good', 'local' => true]], "after $do, $how: the near cache is unchanged");
		is($ask('do=getMulti&key=key')['value'], ['key' => 'good', 'another' => 'good too'], "after $do, $how: getMulti() works, too");
	}
}
if (getenv('USE_ZEND_ALLOC') !== '0') { /* otherwise there is no memory limit */
	$ask('do=large&key=large&value=x');
	is($ask('do=length&key=large')['value'], 1000000, 'a large value');
	is($fpm->get('/?do=tight&key=large'), 'handled: a warning', 'too large for the memory that is left: the request fails as usual');
	is($all('do=length&key=large'), [['value' => 1000000, 'local' => true]], 'all workers serve the large value');
	is($ask('do=set&key=large&value=y')['value'], true, 'a worker can replace the large value');
	is($all('do=get&key=large'), [['value' => 'y', 'local' => true]], 'all workers serve the new value');
}

/* Without nodes. */
kill_all($cluster);
is($ask('do=delete&key=none')['value'], false, 'all nodes are dead');
is($all('do=get'), [['value' => 'good', 'local' => true]], 'all workers serve the near cache copy');
foreach (['exit', 'exception', 'fatal error', 'no memory'] as $how) {
	$fpm->get('/?do=callback&key=none&value=' . urlencode($how));
	is($ask('do=getMulti&key=key')['value'], ['key' => 'good', 'another' => 'good too'], "after $how in a callback");
}
$fpm->end();

done();
?>
--EXPECT--
done
