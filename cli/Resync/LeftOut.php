<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Failure;
use McHA\Cli\Pool\Pool;

/** Nodes that a resync goes on without: they do not answer, or this host does not believe their copies. */
final class LeftOut
{
	/** What sort() makes of a failure. */
	public const TRY_AGAIN = 1;
	public const BY_KEYS = 2;

	/** @var array<string, string> node => why */
	public array $distrusted = [];
	/** @var string[] nodes that do not answer */
	public array $absent;

	/**
	 * @param string[] $absent nodes that did not answer when the resync began
	 * @param string|null $target the node that the resync is for: nothing can be done without it; null: all nodes
	 */
	public function __construct(private readonly Pool $pool, array $absent, private readonly ?string $target)
	{
		$this->absent = array_values($absent);
	}

	/**
	 * @param array<string, string> $failed node => reason
	 * @return array<string, string> the same without the nodes that are left out
	 */
	public function without(array $failed): array
	{
		return array_diff_key($failed, $this->distrusted, array_flip($this->absent));
	}

	/**
	 * Tells what to do about nodes whose copies of some keys could not be looked at. Leaves out those that are distrusted,
	 * and, after a long wait, those that are down. BY_KEYS: all of the nodes answer, and it is single keys that fail.
	 *
	 * @param array<string, string> $failed node => reason
	 */
	public function sort(array $failed, bool $hasWaited): int
	{
		$nodes = array_intersect_key($this->pool->nodes(), $failed);
		$next = self::BY_KEYS;
		foreach ($nodes as $name => $node) {
			if ($node->facts['distrusted']) {
				$this->refuseTarget($name, $failed[$name]);
				$this->distrusted[$name] = $failed[$name];
				$next = self::TRY_AGAIN;
			} elseif ($node->facts['state'] !== 'up') {
				if ($hasWaited) {
					$this->refuseTarget($name, $failed[$name]);
					$this->absent[] = $name;
				}
				$next = self::TRY_AGAIN;
			}
		}
		return $next;
	}

	private function refuseTarget(string $name, string $reason): void
	{
		if ($name === $this->target) {
			throw new Failure("$name: $reason");
		}
	}
}
