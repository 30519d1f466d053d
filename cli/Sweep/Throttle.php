<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

/** Keeps a sweep to so many keys a second. */
final class Throttle
{
	private float $next = 0;

	/** @param float $rate keys a second; 0: as fast as it can be */
	public function __construct(private readonly float $rate)
	{
	}

	/** Waits until so many keys are due. */
	public function pass(int $keys): void
	{
		if ($this->rate <= 0) {
			return;
		}
		$now = microtime(true);
		$this->next = max($this->next, $now);
		if ($this->next > $now) {
			usleep((int) (1e6 * ($this->next - $now)));
		}
		$this->next += $keys / $this->rate;
	}
}
