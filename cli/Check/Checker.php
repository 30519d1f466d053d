<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Check;

use McHA\Cli\Sweep\CopySet;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\Throttle;

/**
 * Counts the keys by the state of their copies. A key in the midst of a write looks as if its copies differed: so keys whose
 * copies are not as they should be are looked at again after a pause, and again.
 */
final class Checker
{
	private const LOOKS = 3;
	public const STATES = ['complete', 'missing', 'differing', 'none', 'unknown'];

	private readonly Looker $looker;
	private readonly Throttle $throttle;

	/** @param float $pause seconds, longer than a write takes */
	public function __construct(private readonly Spaces $spaces, float $rate, private readonly float $pause, private readonly bool $withValues)
	{
		$this->looker = new Looker($spaces);
		$this->throttle = new Throttle($rate);
	}

	/**
	 * Checks the keys of a spool.
	 *
	 * @param callable(): Spool $newSpool makes an empty one
	 * @param callable(int): void $progress told after each batch of the first look how many keys it had
	 * @return array{array<string, int>, Spool} state => number of keys; and the keys whose copies are missing or differ
	 */
	public function check(Spool $spool, callable $newSpool, callable $progress): array
	{
		$counts = array_fill_keys(self::STATES, 0);
		for ($look = 1; ; $look++) {
			$doubtful = $newSpool();
			$found = $this->pass($spool, $doubtful, $look === 1 ? $progress : static fn() => null);
			$isLast = $look === self::LOOKS || $found['missing'] + $found['differing'] === 0;
			foreach ($found as $state => $count) {
				$counts[$state] += $isLast || !self::isDoubtful($state) ? $count : 0;
			}
			if ($look > 1) {
				$spool->remove();
			}
			if ($isLast) {
				return [$counts, $doubtful];
			}
			$spool = $doubtful;
			usleep((int) (1e6 * $this->pause));
		}
	}

	/**
	 * The states of some keys.
	 *
	 * @param string[] $keys
	 * @return array<string, string> key => state
	 */
	public function statesOf(array $keys): array
	{
		return array_map(static fn(CopySet $set) => $set->state(), $this->look($keys));
	}

	/** @return array<string, int> state => number of keys */
	private function pass(Spool $spool, Spool $doubtful, callable $progress): array
	{
		$counts = array_fill_keys(self::STATES, 0);
		foreach ($spool->batches(0) as $keys) {
			$this->throttle->pass(count($keys));
			foreach ($this->look($keys) as $key => $set) {
				$counts[$set->state()]++;
				if (self::isDoubtful($set->state())) {
					$doubtful->add((string) $key, $set->size());
				}
			}
			$progress(count($keys));
		}
		return $counts;
	}

	private static function isDoubtful(string $state): bool
	{
		return $state === 'missing' || $state === 'differing';
	}

	/**
	 * @param string[] $keys
	 * @return array<string, CopySet> by key
	 */
	private function look(array $keys): array
	{
		$sets = [];
		foreach ($this->spaces->group($keys) as [$space, $some]) {
			foreach ($this->looker->look($space, $some, $this->withValues ? CopySet::FLAGS_WITH_VALUE : CopySet::FLAGS) as $key => $answers) {
				$sets[$key] = new CopySet($answers);
			}
		}
		return $sets;
	}
}
