<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Server;

/** A line of "lru_crawler metadump". */
final class ListedKey
{
	private function __construct(public readonly string $key, private readonly int $end, public readonly int $size)
	{
	}

	/** Null: the line describes no key. */
	public static function read(string $line): ?self
	{
		if (!preg_match('/^key=(\S+) exp=(-?\d+)(?:.* size=(\d+))?/', $line, $found)) {
			return null;
		}
		return new self(rawurldecode($found[1]), (int) $found[2], (int) ($found[3] ?? 0));
	}

	public function livesLongerThan(int $seconds): bool
	{
		return $this->end < 0 || $this->end > time() + $seconds;
	}

	/** The item has ended, or ends within a second. */
	public function hasEnded(): bool
	{
		return $this->end >= 0 && $this->end <= time() + 1;
	}
}
