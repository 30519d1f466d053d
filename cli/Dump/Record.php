<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dump;

/** One item of a dump. */
final class Record
{
	/**
	 * @param string $key as it is on the servers
	 * @param string $prefix the part of the key that placement leaves out
	 * @param int $end Unix time; 0: never
	 * @param int $version 0: none
	 */
	public function __construct(
		public readonly string $key,
		public readonly string $prefix,
		public readonly string $value,
		public readonly int $flags,
		public readonly int $end,
		public readonly int $version,
	) {
	}

	/** The remaining life as memcached is told it; null: the item has ended. */
	public function exptime(): ?int
	{
		return match (true) {
			$this->end === 0 => 0,
			$this->end <= time() => null,
			default => $this->end, // a Unix time: memcached takes up to 30 days as a span, and these are long over
		};
	}
}
