<?php
/* Runs before a framework's tests: loads its classes, and makes a cache of the kind that the environment names.
 *   SERVERS=host:port,…   WAY=compat|own|pecl (below)   VICTIM=process to kill in the middle
 *
 * compat: class Memcached is McHA's, by mcha.compat. own: a class Memcached of the application extends McHA, as
 * frameworks require that name. pecl: the real extension, to compare. */

if (getenv('WAY') === 'own') {
	require __DIR__ . '/own_class.php';
}
foreach (['Symfony/Component/Cache', 'Symfony/Component/HttpFoundation', 'Illuminate/Cache', 'Illuminate/Session', 'Doctrine/Common/Cache',
	'Cache/IntegrationTests'] as $package) {
	require_once "$package/autoload.php";
}

use Doctrine\Common\Cache\Psr6\CacheAdapter;
use Doctrine\Common\Cache\Psr6\DoctrineProvider;
use Illuminate\Cache\MemcachedConnector;
use Illuminate\Cache\MemcachedStore;
use Illuminate\Cache\Repository;
use Psr\Cache\CacheItemPoolInterface;
use Psr\SimpleCache\CacheInterface;
use Symfony\Component\Cache\Adapter\MemcachedAdapter;
use Symfony\Component\Cache\Psr16Cache;

/* Checks for the class, not for the extension. */
final class AdapterOfTheClass extends MemcachedAdapter
{
	public static function isSupported(): bool
	{
		return class_exists('Memcached');
	}
}

/* Kills a node in the middle of the tests. */
final class Victim
{
	private static int $turns = 0;

	public static function nextTurn(): void
	{
		if (++self::$turns === (int) getenv('TURN') && getenv('VICTIM')) {
			exec('kill -9 ' . (int) getenv('VICTIM'));
		}
	}
}

function servers(): array
{
	return array_map(fn(string $server) => explode(':', $server), explode(',', getenv('SERVERS')));
}

function symfony_adapter(string $namespace = ''): MemcachedAdapter
{
	$class = getenv('WAY') === 'own' ? AdapterOfTheClass::class : MemcachedAdapter::class;
	return new $class($class::createConnection(array_map(fn(array $server) => [$server[0], (int) $server[1]], servers())), $namespace);
}

function symfony_pool(): CacheItemPoolInterface
{
	Victim::nextTurn();
	return symfony_adapter('pool');
}

function symfony_simple(): CacheInterface
{
	Victim::nextTurn();
	return new Psr16Cache(symfony_adapter('simple'));
}

function doctrine_pool(): CacheItemPoolInterface
{
	Victim::nextTurn();
	return CacheAdapter::wrap(DoctrineProvider::wrap(symfony_adapter('doctrine')));
}

function illuminate_store(): MemcachedStore
{
	$servers = array_map(fn(array $server) => ['host' => $server[0], 'port' => (int) $server[1], 'weight' => 0], servers());
	return new MemcachedStore((new MemcachedConnector())->connect($servers), 'illuminate');
}

function illuminate_simple(): CacheInterface
{
	Victim::nextTurn();
	return new Repository(illuminate_store());
}
