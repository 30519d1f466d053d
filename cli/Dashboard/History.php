<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** What the nodes were like in the last minutes. */
final class History
{
	public const LENGTH = 120; // samples
	private const PAUSE = 0.9; // seconds between two samples, at least

	/** @param array<string, array<array<float|int|null>>> $samples node => each sample: time, latency, hits, lookups */
	public function __construct(private array $samples = [])
	{
	}

	public function add(State $state): void
	{
		$kept = [];
		foreach ($state->nodes as $node) {
			$samples = $this->samples[$node['node']] ?? [];
			$last = end($samples);
			if (!$last || $state->time >= $last[0] + self::PAUSE) {
				$latency = $node['version'] === null ? null : $node['latency_us'];
				$samples[] = [$state->time, $latency, $node['hits'], $node['lookups']];
			}
			$kept[$node['node']] = array_slice($samples, -self::LENGTH);
		}
		$this->samples = $kept; // nodes that have left the pool are forgotten
	}

	/** @return array<string, array<array<float|int|null>>> */
	public function samples(): array
	{
		return $this->samples;
	}

	/** @return array<float|int|null> in microseconds, the oldest first; null: the node gave no answer */
	public function latencies(string $node): array
	{
		return array_column($this->samples[$node] ?? [], 1);
	}

	/**
	 * Hits and lookups since the oldest sample; null: there was no lookup, or the node was restarted.
	 *
	 * @return array{int, int}|null
	 */
	public function lookups(string $node): ?array
	{
		$known = array_values(array_filter($this->samples[$node] ?? [], static fn(array $sample) => $sample[3] !== null));
		[$first, $last] = [$known[0] ?? null, end($known)];
		if (!$first || $last[3] <= $first[3] || $last[2] < $first[2]) {
			return null;
		}
		return [$last[2] - $first[2], $last[3] - $first[3]];
	}
}
