<?php
/* A site's requests, one after the other: sessions of twenty users in the handler that the argument names, over the servers
 * that the environment names. Each line on standard input makes it visit all sessions once and print the lost visits. */
require __DIR__ . '/bootstrap.php';

use Illuminate\Cache\Repository;
use Illuminate\Session\CacheBasedSessionHandler;
use Illuminate\Session\Store;
use Symfony\Component\HttpFoundation\Session\Session;
use Symfony\Component\HttpFoundation\Session\Storage\Handler\MemcachedSessionHandler;
use Symfony\Component\HttpFoundation\Session\Storage\NativeSessionStorage;

ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');

function memcached(): Memcached
{
	$client = new Memcached();
	foreach (servers() as [$host, $port]) {
		$client->addServer($host, (int) $port);
	}
	return $client;
}

/* Each: function (?string $id): array, a visit to the session with this id (null: a new session); returns the session's
 * number of visits and its id. */
$visits = [
	'symfony' => function (?string $id): array {
		$session = new Session(new NativeSessionStorage([], new MemcachedSessionHandler(memcached())));
		session_id($id ?? session_create_id());
		$session->start();
		$session->set('visits', $count = $session->get('visits', 0) + 1);
		$session->save();
		return [$count, session_id()];
	},
	'illuminate' => function (?string $id): array {
		$session = new Store('site', new CacheBasedSessionHandler(new Repository(illuminate_store()), 120), $id);
		$session->start();
		$session->put('visits', $count = $session->get('visits', 0) + 1);
		$session->save();
		return [$count, $session->getId()];
	},
	'php' => function (?string $id): array {
		session_id($id ?? session_create_id());
		session_start();
		$count = $_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
		session_write_close();
		return [$count, session_id()];
	},
];
if ($argv[1] === 'php') {
	ini_set('session.save_handler', 'memcached');
	ini_set('session.save_path', getenv('SERVERS'));
}
$ids = array_fill(0, 20, null);
for ($round = 1; fgets(STDIN) !== false; $round++) {
	$wrong = [];
	foreach ($ids as $user => $id) {
		[$count, $ids[$user]] = $visits[$argv[1]]($id);
		if ($count !== $round) {
			$wrong[] = "user $user: visit $round counted as $count";
		}
	}
	fwrite(STDOUT, ($wrong ? implode(', ', $wrong) : 'all there') . "\n");
}
