<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Failure;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\Throttle;

/** Repairs the keys of a spool, and looks at each repaired key once more. */
final class Resync
{
	/** A key that changes each time it is looked at has a writer that keeps its copies alike. */
	private const TRIES = 3;

	public int $looked = 0;
	public int $stored = 0; // copies
	public int $incomplete = 0; // keys of which some home node could not be asked
	private readonly Throttle $throttle;
	/** @var array<string, int> how often a key was repaired again */
	private array $tries = [];

	/** @param string[] $absent nodes that did not answer when the resync began: none of their copies is waited for */
	public function __construct(
		private readonly Spaces $spaces,
		private readonly Aftercheck $aftercheck,
		private readonly array $absent,
		float $rate,
		private readonly float $patience,
	) {
		$this->throttle = new Throttle($rate);
	}

	/**
	 * @param callable(int, int, int): void $progress told after each batch how many keys it had, and from where an interrupted
	 *     resync goes on: the offset, and the number of keys before it
	 */
	public function run(Spool $spool, int $offset, int $done, callable $progress): void
	{
		$safe = [$offset, $done];
		$ends = []; // of batches whose repaired keys are still to be looked at once more: when, offset, keys before it
		foreach ($spool->batches($offset) as $next => $keys) {
			$this->throttle->pass(count($keys));
			$this->repair($keys);
			$done += count($keys);
			$ends[] = [microtime(true) + $this->aftercheck->delay, $next, $done];
			$now = microtime(true);
			$this->settle();
			while ($ends && $ends[0][0] < $now) {
				$safe = array_slice(array_shift($ends), 1);
			}
			$progress(count($keys), ...$safe);
		}
		while (!$this->aftercheck->isEmpty()) {
			$this->aftercheck->await();
			$this->settle();
		}
	}

	/** Looks once more at all repaired keys, without waiting until they are due: this process is about to end. */
	public function lookAgainNow(): void
	{
		while (!$this->aftercheck->isEmpty()) {
			$this->aftercheck->hurry();
			$this->settle();
		}
	}

	/** Looks once more at the keys that are due. A key that is repaired again is looked at again. */
	private function settle(): void
	{
		$again = [];
		foreach ($this->aftercheck->settle() as [, $key]) {
			$this->tries[$key] = 1 + ($this->tries[$key] ?? 0);
			if ($this->tries[$key] < self::TRIES) {
				$again[] = $key;
			}
		}
		$this->repair($again);
	}

	/** @param string[] $keys as they are on the servers */
	private function repair(array $keys): void
	{
		foreach ($this->spaces->group($keys) as [$space, $some]) {
			$this->repairGroup($space, $some);
		}
	}

	/** @param string[] $keys of one space */
	private function repairGroup(Space $space, array $keys): void
	{
		$client = $space->pool->client;
		$own = array_map($space->keyOf(...), $keys);
		$before = $this->aftercheck->before($space, $keys);
		for ($end = microtime(true) + $this->patience; ; usleep(200000)) {
			$repaired = $client->repair($own);
			$report = $client->getLastReplication();
			$this->stored += $report['repaired'];
			if ($repaired) {
				$this->aftercheck->add($space, array_map(static fn(string $key) => $space->prefix . $key, $repaired), $before);
			}
			$failed = array_diff_key($report['failed'], array_flip($this->absent));
			if ($repaired !== false && !$failed) {
				break;
			}
			if (microtime(true) > $end) {
				throw new Failure(sprintf('could not go on for %g s: %s', $this->patience, $failed ? key($failed) . ': ' . reset($failed) : $client->getLastErrorMessage()));
			}
		}
		$this->looked += count($keys);
		$this->incomplete += $report['failed'] ? count($keys) : 0;
	}
}
