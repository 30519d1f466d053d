<?php
final class IlluminateSimpleTest extends Cache\IntegrationTests\SimpleCacheTest
{
	public function createSimpleCache(): Psr\SimpleCache\CacheInterface
	{
		return illuminate_simple();
	}
}
