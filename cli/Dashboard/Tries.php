<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/**
 * Wrong passwords of late: after three from one address its next one must wait, longer each time, and after sixty in a
 * minute those of all addresses. A browser that is logged in sends no password, and does not wait.
 */
final class Tries
{
	private const FREE = 3;
	private const WAIT_MAX = 60; // seconds
	private const MEMORY = 600; // seconds
	private const ADDRESSES_MAX = 500;
	private const PER_MINUTE = 60;

	public function __construct(private readonly StateFile $file)
	{
	}

	/**
	 * Counts a try as a wrong one before it is looked at, so that many at once are no way round.
	 *
	 * @return int seconds to wait until the next one is looked at; 0: this one may be
	 */
	public function begin(string $peer): int
	{
		$wait = 0;
		$this->file->update(static function (array $all) use ($peer, &$wait): array {
			$now = time();
			$all = array_filter($all, static fn(mixed $entry) => is_array($entry) && ($entry['last'] ?? 0) > $now - self::MEMORY);
			$key = self::network($peer);
			$entry = $all[$key] ?? ['count' => 0, 'last' => $now, 'until' => 0];
			$minute = $all['*'] ?? ['count' => 0, 'last' => $now];
			$minute = $minute['last'] > $now - 60 ? $minute : ['count' => 0, 'last' => $now];
			$wait = max($entry['until'] - $now, $minute['count'] >= self::PER_MINUTE ? $minute['last'] + 60 - $now : 0, 0);
			if ($wait === 0) {
				$over = ++$entry['count'] - self::FREE;
				$until = $over < 0 ? 0 : $now + min(self::WAIT_MAX, 2 ** min($over, 6));
				$minute['count']++;
				$all = [$key => ['count' => $entry['count'], 'last' => $now, 'until' => $until], '*' => $minute] + $all;
			}
			return array_slice($all, 0, self::ADDRESSES_MAX, true);
		});
		return $wait;
	}

	/** The try was a right one. */
	public function forgive(string $peer): void
	{
		$this->file->update(static function (array $all) use ($peer): array {
			isset($all['*']['count']) && $all['*']['count']--;
			return array_diff_key($all, [self::network($peer) => 1]);
		});
	}

	/** A host has a whole /64 of IPv6 to try from. */
	private static function network(string $peer): string
	{
		$bytes = @inet_pton($peer);
		return 'from ' . ($bytes && strlen($bytes) === 16 ? bin2hex(substr($bytes, 0, 8)) : $peer);
	}
}
