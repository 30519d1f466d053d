<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Server\Answer;
use McHA\Cli\Server\SilentNodes;
use McHA\Cli\Sweep\Incarnations;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;

/**
 * Looks at repaired keys once more when every operation is over that was under way during the repair. An operation of
 * another host may reach one home node before the repair stores its copy there, and the next home node after the repair
 * has read it: a deletion would then be undone on the first node, and an append would be missing there. So a copy that
 * the repair has stored, and that has not changed since, is taken back if a home node that had the key before the repair
 * has lost it, or has changed it, meanwhile.
 */
final class Aftercheck
{
	private const AT_ONCE = 1000; // keys; more than a resync repairs between two calls of settle()

	public int $takenBack = 0;
	private float $hurried = 0; // keys that are due before this time are looked at now
	private readonly Looker $looker;
	/** @var \SplQueue<Repaired> in the order of their time; an array would grow with every key that was ever in it */
	private readonly \SplQueue $pending;

	/** @param array<string, array{int, int}> $processes as of Incarnations::ofAll(), when the resync began */
	public function __construct(private readonly Spaces $spaces, private readonly array $processes, public readonly float $delay)
	{
		$this->looker = new Looker($spaces, new SilentNodes(0)); // a copy on a node that goes on must not be left out
		$this->pending = new \SplQueue();
	}

	/**
	 * What the home nodes have of keys that are about to be repaired.
	 *
	 * @return array<string, array<string, string>> key => node => CAS value
	 */
	public function before(Space $space, array $keys): array
	{
		$silent = [];
		return $this->look($space, $keys, $this->delay + 3, $silent);
	}

	/** Remembers keys that were just repaired. */
	public function add(Space $space, array $keys, array $before): void
	{
		$silent = [];
		$due = microtime(true) + $this->delay;
		foreach ($this->look($space, $keys, 0, $silent) as $key => $after) {
			/* What has changed on a node that had the key, while another one was given a copy, is an operation that the copy may
			 * lack. */
			$gained = array_diff_key($after, $before[$key]);
			$stored = $gained ?: array_diff_assoc($after, $before[$key]);
			$sources = $gained ? $before[$key] : array_diff_key($before[$key], $stored);
			if ($stored && $sources) {
				$this->pending->enqueue(new Repaired($due, $space, (string) $key, $sources, $stored));
			}
		}
	}

	public function isEmpty(): bool
	{
		return $this->pending->isEmpty();
	}

	/** Waits until a key is due. */
	public function await(): void
	{
		usleep((int) max(0, 1e6 * ($this->pending->bottom()->due - microtime(true))));
	}

	/** All keys that wait for their time now are due. */
	public function hurry(): void
	{
		$this->hurried = microtime(true) + $this->delay;
	}

	/**
	 * Looks at keys that are due, some at a time. Returns the keys whose copies were taken back because another node has a
	 * newer one: they are to be repaired again.
	 *
	 * @return array<array{Space, string}>
	 */
	public function settle(): array
	{
		$again = [];
		foreach ($this->takeDue() as [$space, $entries]) {
			array_push($again, ...$this->compare($space, $entries));
		}
		return $again;
	}

	/** @return array<array{Space, array<string, Repaired>}> the keys of each space */
	private function takeDue(): array
	{
		$now = max($this->hurried, microtime(true));
		$due = [];
		for ($i = 0; $i < self::AT_ONCE && !$this->pending->isEmpty() && $this->pending->bottom()->due <= $now; $i++) {
			$entry = $this->pending->dequeue();
			$due[$entry->space->prefix] ??= [$entry->space, []];
			$due[$entry->space->prefix][1][$entry->key] = $entry;
		}
		return array_values($due);
	}

	/** @param array<string, Repaired> $entries by key */
	private function compare(Space $space, array $entries): array
	{
		$again = $silent = [];
		$found = $this->look($space, array_map('strval', array_keys($entries)), 0, $silent);
		foreach ($entries as $key => $entry) {
			[$sources, $stored] = $entry->values();
			$sources = array_diff_key($sources, $silent);
			$lost = array_diff_key($sources, $found[$key]);
			$changed = array_diff_assoc(array_diff_key($sources, $lost), $found[$key]);
			if ($changed || ($lost && $this->areSameProcesses(array_keys($lost)))) {
				$this->takeBack((string) $key, array_intersect_assoc($stored, $found[$key]));
			}
			if ($changed && !$lost) {
				$again[] = [$space, (string) $key];
			}
		}
		return $again;
	}

	/** Deletes copies that still have these CAS values. */
	private function takeBack(string $key, array $copies): void
	{
		foreach ($copies as $name => $cas) {
			$answers = $this->looker->ask($name, ["md $key C$cas\r\n"]);
			$this->takenBack += $answers && $answers[0]->code === 'HD' ? 1 : 0;
		}
	}

	/** A node that was restarted has lost the key, and no client has deleted it. */
	private function areSameProcesses(array $names): bool
	{
		$wanted = array_flip($names);
		$before = array_intersect_key($this->processes, $wanted);
		return count($before) === count($names)
			&& Incarnations::areSame($before, array_intersect_key(Incarnations::ofAll($this->spaces->pool()), $wanted));
	}

	/**
	 * The CAS values of the keys on their home nodes; without copies that live for less than $least seconds, or that have no
	 * CAS value. Nodes that gave no answer are added to $silent.
	 *
	 * @return array<string, array<string, string>> key => node => CAS value
	 */
	private function look(Space $space, array $keys, float $least, array &$silent): array
	{
		$found = array_fill_keys($keys, []);
		foreach ($this->looker->look($space, $keys, 'c t u') as $key => $answers) {
			foreach ($answers as $name => $answer) {
				if ($answer === null) {
					$silent[$name] = true;
				} elseif (self::isKnown($answer, $least)) {
					$found[$key][$name] = $answer->flag('c');
				}
			}
		}
		return $found;
	}

	private static function isKnown(Answer $answer, float $least): bool
	{
		$ttl = (int) $answer->flag('t');
		return $answer->found() && ($ttl < 0 || $ttl >= $least) && (int) $answer->flag('c') !== 0;
	}
}
