<?php
final class DoctrinePoolTest extends Cache\IntegrationTests\CachePoolTest
{
	public function createCachePool()
	{
		return doctrine_pool();
	}
}
