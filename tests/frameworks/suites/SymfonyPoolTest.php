<?php
final class SymfonyPoolTest extends Cache\IntegrationTests\CachePoolTest
{
	public function createCachePool()
	{
		return symfony_pool();
	}
}
