<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Server\Answer;

/** What the home nodes hold of one key. */
final class CopySet
{
	/** What to ask the nodes for. */
	public const FLAGS = 'c t f s u';
	/** The same with the values. */
	public const FLAGS_WITH_VALUE = 'c t f s u v';

	/** Versions have this bit; other CAS values are a server's own count, and differ between servers. */
	private const VERSION = 1 << 62;
	/** The client flags of a register's tombstone (engine/protocol/tombstone.h). */
	private const TOMBSTONE = 0xd31e7edf;

	/** @var array<string, Answer> node => its copy */
	public readonly array $copies;
	public readonly bool $isKnown; // every home node has answered
	private readonly int $homes;

	/** @param array<string, Answer|null> $answers by home node; null: it gave none */
	public function __construct(array $answers)
	{
		$this->copies = array_filter($answers, static fn(?Answer $answer) => $answer?->found());
		$this->isKnown = !in_array(null, $answers, true);
		$this->homes = count($answers);
	}

	/** "unknown", "none", "missing" (some home node has no copy), "differing" or "complete". */
	public function state(): string
	{
		return match (true) {
			!$this->isKnown => 'unknown',
			!$this->copies => 'none',
			count($this->copies) < $this->homes => 'missing',
			!self::areEqual($this->copies) => 'differing',
			default => 'complete',
		};
	}

	/** @param Answer[] $copies */
	public static function areEqual(array $copies): bool
	{
		return count(array_unique(array_map(self::kind(...), $copies))) <= 1;
	}

	/** Bytes of the largest copy. */
	public function size(): int
	{
		return max([0, ...array_map(static fn(Answer $copy) => (int) $copy->flag('s'), array_values($this->copies))]);
	}

	/** The node with the newest copy by version, or else the first one in the preference list; null: no node has one. */
	public function newest(): ?string
	{
		$best = null;
		foreach ($this->copies as $name => $copy) {
			if ($best === null || self::version($copy) > self::version($this->copies[$best])) {
				$best = $name;
			}
		}
		return $best;
	}

	public static function isTombstone(Answer $copy): bool
	{
		return (int) $copy->flag('f') === self::TOMBSTONE && (int) $copy->flag('s') === 0;
	}

	/** 0: the server takes no versions. */
	public static function version(Answer $copy): int
	{
		$cas = (int) $copy->flag('c');
		return $cas & self::VERSION ? $cas : 0;
	}

	private static function kind(Answer $copy): string
	{
		return implode(' ', [$copy->flag('s'), $copy->flag('f'), self::version($copy), $copy->value === null ? '' : hash('sha256', $copy->value)]);
	}
}
