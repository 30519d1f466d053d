<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Drill;

use McHA\Cli\Sweep\CopySet;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\Throttle;

/** Looks at the copies of the keys of a spool, and counts what would be lost. */
final class Count
{
	private readonly Looker $looker;
	private readonly Throttle $throttle;

	public function __construct(private readonly Spaces $spaces, float $rate)
	{
		$this->looker = new Looker($spaces);
		$this->throttle = new Throttle($rate);
	}

	/**
	 * Returns of how many keys some home node gave no answer.
	 *
	 * @param Losses[] $all
	 * @param callable(int): void $progress told after each batch how many keys it had
	 */
	public function run(Spool $spool, array $all, callable $progress): int
	{
		$unknown = 0;
		foreach ($spool->batches(0) as $keys) {
			$this->throttle->pass(count($keys));
			foreach ($this->spaces->group($keys) as [$space, $some]) {
				foreach ($this->looker->look($space, $some, CopySet::FLAGS) as $answers) {
					$set = new CopySet($answers);
					$unknown += $set->isKnown ? 0 : 1;
					foreach ($set->copies ? $all : [] as $losses) {
						$losses->add(array_keys($set->copies), $space->isOfSessions(), $set->size());
					}
				}
			}
			$progress(count($keys));
		}
		return $unknown;
	}
}
