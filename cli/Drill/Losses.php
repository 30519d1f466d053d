<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Drill;

use McHA\Cli\Pool\Node;

/** Counts what would be lost if a set of nodes was gone: the keys of which no other node has a copy. */
final class Losses
{
	public int $held = 0; // keys of which one of the nodes has a copy
	public int $lost = 0;
	public int $sessions = 0; // of the lost ones
	public int $bytes = 0; // of the lost ones

	/** @param string[] $nodes */
	public function __construct(public readonly string $kind, public readonly string $name, private readonly array $nodes)
	{
	}

	/**
	 * Each node, and each zone if there are several.
	 *
	 * @param array<string, Node> $nodes
	 * @return self[]
	 */
	public static function of(array $nodes): array
	{
		$zones = [];
		foreach ($nodes as $node) {
			$zones[$node->facts['zone']][] = $node->name;
		}
		$losses = array_map(static fn(Node $node) => new self('node', $node->name, [$node->name]), array_values($nodes));
		foreach (count($zones) > 1 ? $zones : [] as $zone => $names) {
			$losses[] = new self('zone', (string) $zone === '' ? '(without)' : (string) $zone, $names);
		}
		return $losses;
	}

	/** @param string[] $holders the nodes that have a copy of the key */
	public function add(array $holders, bool $isSession, int $bytes): void
	{
		$left = array_diff($holders, $this->nodes);
		$this->held += count($left) < count($holders) ? 1 : 0;
		if (!$left) {
			$this->lost++;
			$this->sessions += $isSession ? 1 : 0;
			$this->bytes += $bytes;
		}
	}
}
