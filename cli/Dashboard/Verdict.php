<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** The pool in one sentence: what is the matter, and how bad it is. */
final class Verdict
{
	private function __construct(public readonly string $level, public readonly string $sentence)
	{
	}

	public static function of(?State $state): self
	{
		if (!$state || !$state->nodes) {
			return new self('bad', 'Nothing is known of the nodes yet.');
		}
		return self::ofSilence($state) ?? self::ofDoubt($state) ?? new self('good', self::allUp($state)
			. ($state->agent ? ', and have all their copies.' : '.'));
	}

	private static function ofSilence(State $state): ?self
	{
		[$silent, $all] = [array_column($state->silent(), 'node'), count($state->nodes)];
		$names = implode(', ', array_slice($silent, 0, 4)) . (count($silent) > 4 ? ' …' : '');
		return match (true) {
			!$silent => null,
			count($silent) === $all => new self('bad', 'No node answers.'),
			count($silent) >= $state->copies => new self('bad', count($silent) . " of $all nodes are down: $names. "
				. ($state->copies === 1 ? 'Values have one copy: what they had cannot be read.'
				: "With $state->copies copies of each value, some values cannot be read.")),
			count($silent) === 1 => new self('bad', "1 of $all nodes is down: $names. Its values are read from other nodes. Restart no other node now."),
			default => new self('bad', count($silent) . " of $all nodes are down: $names. Restart no other node now."),
		};
	}

	private static function ofDoubt(State $state): ?self
	{
		$distrusted = array_column(array_filter($state->nodes, static fn(array $node) => $node['distrusted']), 'node');
		$due = array_intersect(array_column($state->nodes, 'node'), $state->agent['due'] ?? []);
		$hints = array_sum(array_column($state->nodes, 'hints'));
		return match (true) {
			(bool) $distrusted => new self('bad', implode(', ', $distrusted) . ' has missed more writes than could be noted: restart it, so that it begins empty.'),
			(bool) $due => new self('warn', self::allUp($state) . ', but ' . implode(', ', $due) . ' may lack copies. Restart no other node now.'),
			$hints > 0 => new self('warn', self::allUp($state) . ", and missed writes are being made good ($hints left)."),
			default => null,
		};
	}

	private static function allUp(State $state): string
	{
		return count($state->nodes) === 1 ? 'The node is up' : 'All ' . count($state->nodes) . ' nodes are up';
	}
}
