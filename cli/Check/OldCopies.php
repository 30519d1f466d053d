<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Check;

use McHA\Cli\Server\Answer;
use McHA\Cli\Sweep\CopySet;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\Throttle;

/**
 * Finds copies that the first home node does not have like that, where the first home node alone decides
 * (mcha.allow_failover=0). A client that knows of one copy has deleted, replaced, counted or touched the first one since.
 * They are harmless until other copies count again. A key in the midst of a write looks the same: so each is looked at again
 * after a pause.
 */
final class OldCopies
{
	/** Seconds by which copies that were stored together may end apart, by the clocks of their servers. */
	private const APART = 2;

	private readonly Looker $looker;
	private readonly Throttle $throttle;
	public int $unknown = 0; // keys of which some home node gave no answer

	/** @param float $pause seconds, longer than a write takes */
	public function __construct(private readonly Spaces $spaces, float $rate, private readonly float $pause)
	{
		$this->looker = new Looker($spaces);
		$this->throttle = new Throttle($rate);
	}

	/**
	 * Writes the keys that have old copies into a spool, and returns how many these are.
	 *
	 * @param callable(): Spool $newSpool makes an empty one
	 * @param callable(int): void $progress told after each batch of the first look how many keys it had
	 */
	public function find(Spool $keys, callable $newSpool, Spool $found, callable $progress): int
	{
		$suspects = $newSpool();
		if ($this->pass($keys, $progress, self::adder($suspects)) === 0) {
			return 0;
		}
		usleep((int) (1e6 * $this->pause));
		$this->unknown = 0;
		return $this->pass($suspects, static fn() => null, self::adder($found));
	}

	/** Removes the old copies of the keys, and returns how many these were. */
	public function remove(Spool $keys): int
	{
		$removed = 0;
		$this->pass($keys, static fn() => null, function (string $key, array $old) use (&$removed): void {
			foreach ($old as $node => $copy) {
				$removed += $this->removeCopy($node, $key, $copy) ? 1 : 0;
			}
		});
		return $removed;
	}

	/** A copy that was replaced since has another CAS value, and stays. */
	private function removeCopy(string $node, string $key, Answer $copy): bool
	{
		$cas = (int) $copy->flag('c');
		$answers = $this->looker->ask($node, [$key => "md $key" . ($cas ? " C$cas" : '') . "\r\n"]);
		return $answers !== null && $answers[$key]->code === 'HD';
	}

	private static function adder(Spool $spool): callable
	{
		return static fn(string $key, array $old) => $spool->add($key, 0);
	}

	/**
	 * Looks at the keys, and returns how many have old copies.
	 *
	 * @param callable(string, array<string, Answer>): void $each told each of them, and node => old copy
	 */
	private function pass(Spool $keys, callable $progress, callable $each): int
	{
		$count = 0;
		foreach ($keys->batches(0) as $some) {
			$this->throttle->pass(count($some));
			foreach ($this->oldCopies($some) as $key => $old) {
				$each((string) $key, $old);
				$count++;
			}
			$progress(count($some));
		}
		return $count;
	}

	/**
	 * The values are compared only where nothing else tells: servers before memcached 1.6.27 take no versions.
	 *
	 * @param string[] $keys
	 * @return array<string, array<string, Answer>> key => node => old copy; without keys that have none
	 */
	private function oldCopies(array $keys): array
	{
		$old = [];
		foreach ($this->spaces->group($keys) as [$space, $some]) {
			$answers = $this->looker->look($space, $some, CopySet::FLAGS);
			$alike = array_keys(array_filter($answers, self::areAlikeWithoutVersions(...)));
			$answers = ($alike ? $this->looker->look($space, array_map(strval(...), $alike), CopySet::FLAGS_WITH_VALUE) : []) + $answers;
			$this->unknown += count(array_filter($answers, static fn(array $copies) => in_array(null, $copies, true)));
			$old += $this->withoutChanging($space, array_filter(array_map(self::oldOf(...), $answers)), $answers);
		}
		return $old;
	}

	/**
	 * Leaves out keys whose copies have changed by now: some of them are written all the time, and each look may find them in
	 * the midst of a write.
	 *
	 * @param array<string, array<string, Answer>> $old
	 * @param array<string, array<string, Answer|null>> $answers
	 * @return array<string, array<string, Answer>>
	 */
	private function withoutChanging(Space $space, array $old, array $answers): array
	{
		$again = $old ? $this->looker->look($space, array_map(strval(...), array_keys($old)), CopySet::FLAGS) : [];
		return array_filter($old, static fn(string|int $key) => self::casOf($again[$key]) === self::casOf($answers[$key]), ARRAY_FILTER_USE_KEY);
	}

	/** @param array<string, Answer|null> $copies */
	private static function casOf(array $copies): array
	{
		return array_map(static fn(?Answer $copy) => $copy?->found() ? $copy->flag('c') : null, $copies);
	}

	/** @param array<string, Answer|null> $copies the first home node's first */
	private static function areAlikeWithoutVersions(array $copies): bool
	{
		$versions = array_map(static fn(?Answer $copy) => $copy?->found() ? CopySet::version($copy) : null, $copies);
		return count(array_keys($versions, 0, true)) > 1 && self::oldOf($copies) === [];
	}

	/**
	 * @param array<string, Answer|null> $copies
	 * @return array<string, Answer>
	 */
	private static function oldOf(array $copies): array
	{
		$first = array_shift($copies);
		return $first === null ? []
			: array_filter($copies, static fn(?Answer $copy) => $copy?->found() && (!$first->found() || !CopySet::areEqual([$first, $copy]) || self::outlives($copy, $first)));
	}

	private static function outlives(Answer $copy, Answer $first): bool
	{
		[$life, $limit] = [(int) $copy->flag('t'), (int) $first->flag('t')];
		return $limit >= 0 && ($life < 0 || $life > $limit + self::APART);
	}
}
