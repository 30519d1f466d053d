<?php
final class SymfonySimpleTest extends Cache\IntegrationTests\SimpleCacheTest
{
	public function createSimpleCache()
	{
		return symfony_simple();
	}
}
