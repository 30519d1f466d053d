<?php
final class DoctrinePoolTest extends Cache\IntegrationTests\CachePoolTest
{
	public function createCachePool(): Psr\Cache\CacheItemPoolInterface
	{
		return doctrine_pool();
	}
}
