<?php
final class SymfonyPoolTest extends Cache\IntegrationTests\CachePoolTest
{
	public function createCachePool(): Psr\Cache\CacheItemPoolInterface
	{
		return symfony_pool();
	}
}
