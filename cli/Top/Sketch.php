<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Top;

/**
 * The keys with the greatest weight of a stream of any length, in bounded memory: D. Anderson, P. Bevan, K. Lang, E.
 * Liberty, L. Rhodes, J. Thaler, "A High-Performance Algorithm for Identifying Frequent Items in Data Streams", IMC 2017,
 * a form of J. Misra, D. Gries, "Finding repeated elements", 1982, for weights and in constant time for each request.
 *
 * When there are more than CAPACITY keys, the median of their weights is taken off from each, and those that have none
 * left are forgotten. So at least half of the keys lose the median each time, and all medians together, the error, are at
 * most 2 / CAPACITY of the whole weight: a key with a greater share is in the sketch, and its tally lacks no more than the
 * error.
 */
final class Sketch
{
	public const CAPACITY = 8192;

	/** @var array<string|int, Tally> */
	private array $tallies = [];
	public int $error = 0; // the weight that a key's tally lacks at most

	/** @param int $weight a request without weight counts only for a key that is in the sketch */
	public function add(string $key, int $weight, Request $request, string $node): void
	{
		$tally = $this->tallies[$key] ?? null;
		if (!$tally) {
			if ($weight === 0) {
				return;
			}
			$this->makeRoom();
			$tally = $this->tallies[$key] = new Tally();
		}
		$tally->weight += $weight;
		$tally->add($request, $node);
	}

	/** @return array<string|int, Tally> the greatest first */
	public function greatest(int $count): array
	{
		uasort($this->tallies, static fn(Tally $a, Tally $b) => $b->weight <=> $a->weight);
		return array_slice($this->tallies, 0, $count, true);
	}

	private function makeRoom(): void
	{
		if (count($this->tallies) < self::CAPACITY) {
			return;
		}
		$weights = array_map(static fn(Tally $tally) => $tally->weight, array_values($this->tallies));
		sort($weights);
		$median = $weights[self::CAPACITY >> 1];
		$this->error += $median;
		foreach ($this->tallies as $key => $tally) {
			$tally->weight -= $median;
			if ($tally->weight <= 0) {
				unset($this->tallies[$key]);
			}
		}
	}
}
