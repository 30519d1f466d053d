<?php
final class SymfonySimpleTest extends Cache\IntegrationTests\SimpleCacheTest
{
	public function createSimpleCache(): Psr\SimpleCache\CacheInterface
	{
		return symfony_simple();
	}
}
