<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Pool;

use McHA;
use McHA\Cli\UsageError;

/** The options with which a client places keys as the session handler does, which has directives of its own for that. */
final class SessionPlacement
{
	/** @return array<int, mixed> */
	public static function options(): array
	{
		return [
			McHA::OPT_NUMBER_OF_REPLICAS => (int) ini_get('mcha.sess_number_of_replicas'),
			McHA::OPT_PREVIOUS_SERVERS => (string) ini_get('mcha.sess_previous_servers'),
		] + self::distribution();
	}

	private static function distribution(): array
	{
		if (!ini_get('mcha.sess_consistent_hash')) {
			return [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MODULA];
		}
		$type = (string) ini_get('mcha.sess_consistent_hash_type');
		return match ($type) {
			'ketama' => [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_CONSISTENT],
			'ketama_weighted' => [McHA::OPT_LIBKETAMA_COMPATIBLE => true],
			'memcache_standard' => [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MEMCACHE_STANDARD],
			'memcache_consistent' => [McHA::OPT_DISTRIBUTION => McHA::DISTRIBUTION_MEMCACHE_CONSISTENT],
			default => throw new UsageError("mcha.sess_consistent_hash_type=$type: the command line does not know where such sessions lie"),
		};
	}
}
