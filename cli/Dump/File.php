<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dump;

use McHA\Cli\Failure;

/**
 * The form of a dump, compressed by gzip: a line "mcha dump 1"; for each item a line "KEY PREFIXLENGTH FLAGS END VERSION SIZE"
 * and the value with a line end behind it; and a line "end ITEMS SHA256" with the hash of all bytes before it, so that a
 * dump of which something is missing or changed is recognized.
 */
final class File
{
	public const HEAD = "mcha dump 1\n";

	/** A new file, that no other user can have opened or made; what has this name is removed. */
	public static function create(string $path): mixed
	{
		@unlink($path);
		return self::open($path, 'x');
	}

	/** "-" is standard input or output. */
	public static function open(string $path, string $mode): mixed
	{
		$name = $path === '-' ? ($mode === 'r' ? 'php://stdin' : 'php://stdout') : $path;
		$file = @fopen($name, $mode . 'b');
		if (!$file) {
			throw new Failure("cannot open $path: " . (error_get_last()['message'] ?? ''));
		}
		return $file;
	}
}
