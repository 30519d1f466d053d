<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Failure;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\Throttle;

/**
 * Repairs the keys of a spool, and looks at each repaired key once more. What cannot be repaired holds up nothing else: such
 * keys are left aside and tried again at the end, and a node whose copies cannot be looked at is left out.
 */
final class Resync
{
	/** A key that changes each time it is looked at has a writer that keeps its copies alike. */
	private const TRIES = 3;
	/** More keys left aside than that, and something else is wrong with the pool. */
	private const LEFT_MAX = 100000;
	private const PAUSE = 0.2; // seconds between two attempts

	public int $looked = 0;
	public int $stored = 0; // copies
	public int $sessions = 0; // of the keys that were looked at
	public int $incomplete = 0; // keys of which some home node was left out
	/** @var array<string, string> key => why it could not be repaired */
	public array $left = [];
	private readonly Throttle $throttle;
	/** @var array<string, int> how often a key was repaired again */
	private array $tries = [];

	public function __construct(
		private readonly Spaces $spaces,
		private readonly Aftercheck $aftercheck,
		private readonly LeftOut $leftOut,
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
			while ($ends && $ends[0][0] < $now && !$this->left) { // keys that are left aside must be listed again
				$safe = array_slice(array_shift($ends), 1);
			}
			$progress(count($keys), ...$safe);
		}
		$this->retryLeft();
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
		for ($end = microtime(true) + $this->patience; $failed = $this->attempt($space, $keys); self::pause()) {
			if ($this->leftOut->sort($failed, microtime(true) > $end) === LeftOut::BY_KEYS) {
				array_map(fn(string $key) => $this->repairKey($space, $key), $keys);
				return;
			}
		}
	}

	private function repairKey(Space $space, string $key): void
	{
		unset($this->left[$key]);
		$failed = $this->attempt($space, [$key]);
		if (!$failed) {
			return;
		}
		$this->left[$key] = implode(', ', array_map(static fn($node, $reason) => "$node: $reason", array_keys($failed), $failed));
		if (count($this->left) > self::LEFT_MAX) {
			throw new Failure('more than ' . self::LEFT_MAX . " keys cannot be repaired, for instance \"$key\": {$this->left[$key]}");
		}
	}

	/** Tries the keys that were left aside again: what stood in their way may be over soon. */
	private function retryLeft(): void
	{
		for ($end = microtime(true) + $this->patience; $this->left && microtime(true) < $end; self::pause()) {
			foreach (array_map(strval(...), array_keys($this->left)) as $key) {
				$this->repairKey($this->spaces->of($key), $key);
			}
			$this->settle();
		}
	}

	/**
	 * Repairs keys of one space once.
	 *
	 * @param string[] $keys
	 * @return array<string, string> node => why its copies could not be looked at; without the nodes that are left out
	 */
	private function attempt(Space $space, array $keys): array
	{
		$client = $space->pool->client;
		$before = $this->aftercheck->before($space, $keys);
		$repaired = $client->repair(array_map($space->keyOf(...), $keys));
		$report = $client->getLastReplication();
		$this->stored += $report['repaired'];
		if ($repaired) {
			$this->aftercheck->add($space, array_map(static fn(string $key) => $space->prefix . $key, $repaired), $before);
		}
		$failed = $this->leftOut->without($report['failed']);
		if ($repaired === false && !$report['failed']) {
			$failed = ['the pool' => $client->getLastErrorMessage()];
		}
		if (!$failed) {
			$this->looked += count($keys);
			$this->sessions += $space->isOfSessions() ? count($keys) : 0;
			$this->incomplete += $report['failed'] ? count($keys) : 0;
		}
		return $failed;
	}

	private static function pause(): void
	{
		usleep((int) (1e6 * self::PAUSE));
	}
}
