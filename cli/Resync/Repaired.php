<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Sweep\Space;

/** A key that was repaired, and is to be looked at once more. There are as many as are repaired in some seconds. */
final class Repaired
{
	/** The CAS values by node, as JSON: an array takes five times as much memory. */
	private readonly string $values;

	/**
	 * @param float $due when
	 * @param array<string, string> $sources node => CAS value, of the home nodes that had the key before
	 * @param array<string, string> $stored the same of those that have another copy since
	 */
	public function __construct(
		public readonly float $due,
		public readonly Space $space,
		public readonly string $key,
		array $sources,
		array $stored,
	) {
		$this->values = json_encode([$sources, $stored], JSON_THROW_ON_ERROR);
	}

	/** @return array{array<string, string>, array<string, string>} of the sources, and of the copies that were stored */
	public function values(): array
	{
		return json_decode($this->values, true, flags: JSON_THROW_ON_ERROR);
	}
}
