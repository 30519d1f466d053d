<?php
final class IlluminateSimpleTest extends Cache\IntegrationTests\SimpleCacheTest
{
	public function createSimpleCache()
	{
		return illuminate_simple();
	}
}
