<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Sweep\Space;

/** A key that was repaired, and is to be looked at once more. */
final class Repaired
{
	/**
	 * @param float $due when
	 * @param array<string, string> $sources node => CAS value, of the home nodes that had the key before
	 * @param array<string, string> $stored the same of those that have another copy since
	 */
	public function __construct(
		public readonly float $due,
		public readonly Space $space,
		public readonly string $key,
		public readonly array $sources,
		public readonly array $stored,
	) {
	}
}
