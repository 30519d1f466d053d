<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli;

/** Values of PHP on a command line. */
final class Value
{
	/**
	 * Calls a function while no class can be loaded: what lies in memcached is not trusted, and unserializing an object
	 * would run code of its class. Such an object becomes a __PHP_Incomplete_Class.
	 */
	public static function withoutClasses(callable $read): mixed
	{
		$loaders = spl_autoload_functions();
		array_map(spl_autoload_unregister(...), $loaders);
		try {
			return $read();
		} finally {
			array_map(spl_autoload_register(...), $loaders);
		}
	}

	public static function text(mixed $value): string
	{
		return match (true) {
			is_string($value) => $value,
			self::hasObject($value) => print_r($value, true),
			default => json_encode($value, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION) . "\n",
		};
	}

	/** Bytes that are no UTF-8, and objects, as an object that says so. */
	public static function forJson(mixed $value): mixed
	{
		return match (true) {
			is_string($value) && !mb_check_encoding($value, 'UTF-8') => ['base64' => base64_encode($value)],
			self::hasObject($value) => ['text' => print_r($value, true)],
			default => $value,
		};
	}

	private static function hasObject(mixed $value): bool
	{
		$found = is_object($value);
		if (is_array($value)) {
			array_walk_recursive($value, static function (mixed $part) use (&$found): void {
				$found = $found || is_object($part);
			});
		}
		return $found;
	}
}
