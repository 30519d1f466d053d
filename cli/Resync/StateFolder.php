<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Failure;

/** The folder in which a resync keeps its list of keys when the command line names none. */
final class StateFolder
{
	/** The first folder that this process can use: users of web servers have no home that they may write to. */
	public static function choose(): string
	{
		$own = array_map(static fn(string $base) => "$base/mcha", array_filter([getenv('XDG_STATE_HOME'), self::inHome()]));
		foreach ($own as $folder) {
			if (self::make($folder) && is_writable($folder)) {
				return $folder;
			}
		}
		$shared = (getenv('TMPDIR') ?: '/var/tmp') . '/mcha-' . fileowner('/proc/self');
		if (self::make($shared) && self::belongsToThisUser($shared)) {
			return $shared;
		}
		throw new Failure('the list of keys can be kept in none of ' . implode(', ', [...$own, $shared])
			. ': name a folder that this user may write to, and no other user, with --state');
	}

	/** The folder is there, or has been made. */
	public static function make(string $folder): bool
	{
		return is_dir($folder) || @mkdir($folder, 0700, true);
	}

	private static function inHome(): ?string
	{
		return getenv('HOME') ? getenv('HOME') . '/.local/state' : null;
	}

	/** Another user may have made what lies in a folder of all users. */
	private static function belongsToThisUser(string $folder): bool
	{
		return !is_link($folder) && fileowner($folder) === fileowner('/proc/self') && (fileperms($folder) & 0022) === 0;
	}
}
