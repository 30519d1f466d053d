<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA\Cli\Failure;
use McHA\Cli\Format;
use McHA\Cli\Pool\Node;
use McHA\Cli\Resync\Interruption;
use McHA\Cli\Resync\Pass;
use McHA\Cli\Resync\Plan;
use McHA\Cli\Sweep\Spaces;

/** Resynchronises nodes that may lack copies. */
final class Healer
{
	private const PATIENCE = 10; // seconds for a node that does not answer any more; then the pass goes on without it
	private const PAUSE_MIN = 5; // seconds between two tries; twice as long after each one that fails
	private const PAUSE_MAX = 3600;
	private const TELL_EVERY = 60; // seconds

	/** @var array<string, mixed>|null the resync that is under way: its nodes, since when, how many keys are done */
	public ?array $present = null;
	/** @var array<string, mixed>|null the last resync that has succeeded: its nodes, when, and what was done */
	public ?array $last = null;
	private float $pause = self::PAUSE_MIN;
	private float $notBefore = 0;
	/** @var string[] the nodes of the last try, if that has failed: they are healed one by one then, in turns */
	private array $failed = [];
	private ?Plan $plan = null; // of that try

	/**
	 * @param float $rate keys a second; 0: as fast as it can be
	 * @param float $delay seconds until a repaired key is looked at once more
	 */
	public function __construct(
		private readonly Spaces $spaces,
		private readonly Ledger $ledger,
		private readonly Log $log,
		private readonly string $folder,
		private readonly float $rate,
		private readonly float $delay,
	) {
	}

	/** Another agent heals the pool: there is nothing to go on with. */
	public function rest(): void
	{
		$this->plan?->finish();
		$this->plan = null;
		$this->failed = [];
	}

	/** The pool has changed: what has failed before may work now. */
	public function encourage(): void
	{
		$this->pause = self::PAUSE_MIN;
		$this->notBefore = 0;
	}

	/**
	 * Heals the nodes that are due.
	 *
	 * @param array<string, array{int, int}> $processes of the nodes that answer
	 * @param callable(array<string, array{int, int}>): void $pulse called again and again with the processes that are being
	 *     healed; throws an Interruption if that makes no sense any more
	 */
	public function heal(array $processes, callable $pulse): void
	{
		$targets = $this->choose($this->ledger->due($this->withoutPrevious($processes)));
		$hasSource = count($targets) > 1 || array_diff_key($processes, array_flip($targets));
		if (!$targets || !$hasSource || microtime(true) < $this->notBefore) {
			return;
		}
		$this->failed = $targets;
		$before = array_intersect_key($processes, array_flip($targets));
		try {
			$this->conclude($before, $this->resync($targets, $processes, static fn() => $pulse($before)));
			$this->plan = null;
		} catch (Interruption | Failure $reason) {
			if ($reason instanceof Failure && count($targets) > 1) {
				$this->plan?->finish();
			}
			$this->fail($targets, $reason->getMessage());
		} finally {
			$this->present = null;
		}
	}

	/** Nodes of the previous pool alone are the homes of no key. */
	private function withoutPrevious(array $processes): array
	{
		$nodes = $this->spaces->pool()->nodes();
		return array_intersect_key($processes, array_filter($nodes, static fn(Node $node) => !$node->isPrevious()));
	}

	/** All nodes that are due in one pass; after a failure one by one, so that a node that fails keeps no other one waiting. */
	private function choose(array $due): array
	{
		if (!$this->failed || !$due) {
			return $due;
		}
		$next = array_values(array_diff($due, $this->failed));
		return [$next[0] ?? $due[0]];
	}

	/** @return array<string, mixed> as Pass::run() */
	private function resync(array $targets, array $processes, callable $pulse): array
	{
		$this->plan = null; // so that its file is not locked
		$this->present = ['nodes' => $targets, 'since' => time(), 'done' => 0, 'keys' => 0];
		$this->plan = new Plan($this->folder, Pass::subject($this->spaces, $targets));
		$pass = new Pass($this->spaces, $this->plan, $targets, $this->rate, self::PATIENCE, $this->delay);
		$extent = $pass->resume($processes, false);
		$words = $extent ? "going on after $extent[done] of $extent[keys] keys" : 'it may lack copies';
		$this->tell('resync', $targets, "is resynchronised: $words", $extent ?? []);
		$silent = array_keys(array_diff_key($this->spaces->pool()->nodes(), $processes));
		$extent ??= $pass->list($processes, $pulse, $silent);
		$told = microtime(true);
		$this->present = $extent + $this->present;
		return $pass->run(function (int $count) use ($targets, $pulse, &$extent, &$told): void {
			$extent['done'] += $count;
			$this->present['done'] = $extent['done'];
			if (microtime(true) > $told + self::TELL_EVERY) {
				$told = microtime(true);
				$share = Format::share($extent['done'], $extent['keys']);
				$this->tell('progress', $targets, "is being resynchronised: $share of the keys looked at", $extent);
			}
			$pulse();
		});
	}

	private function conclude(array $before, array $result): void
	{
		$unlisted = array_diff_key($result['unlisted'], array_flip($result['absent']));
		$isWhole = !$unlisted && !$result['left'] && ($result['incomplete'] === 0 || $result['absent'] || $result['distrusted']);
		$whole = array_diff_key($before, array_flip($result['restarted']));
		if (!$isWhole || !$whole) {
			$this->fail(array_keys($before), $unlisted ? implode('; ', $unlisted)
				: ($result['restarted'] ? 'it was restarted meanwhile' : count($result['left']) . ' keys could not be repaired'));
			return;
		}
		$this->encourage();
		$this->failed = [];
		$this->ledger->add($whole, $result['absent']);
		$facts = array_flip(['looked', 'stored', 'taken_back', 'absent', 'seconds', 'incomplete', 'sessions']);
		$this->last = ['nodes' => array_keys($whole), 'time' => time()] + array_intersect_key($result, $facts);
		$this->tell('whole', array_keys($whole), self::success($result), array_intersect_key($result, $facts));
	}

	private static function success(array $result): string
	{
		$words = sprintf('is whole: %s keys looked at, %s copies stored in %s s', Format::count($result['looked']),
			Format::count($result['stored']), $result['seconds']);
		$words .= $result['taken_back'] ? sprintf(', %s of them taken back', Format::count($result['taken_back'])) : '';
		$absent = implode(', ', [...$result['absent'], ...array_keys($result['distrusted'])]);
		return $words . ($absent === '' ? '' : "; without what only $absent may have, which did not answer, or is distrusted");
	}

	private function fail(array $targets, string $reason): void
	{
		$this->tell('unhealed', $targets, "is not whole yet: $reason", ['reason' => $reason]);
		$this->notBefore = microtime(true) + $this->pause;
		$this->pause = min(2 * $this->pause, self::PAUSE_MAX);
	}

	private function tell(string $event, array $nodes, string $words, array $facts = []): void
	{
		foreach ($nodes as $node) {
			$this->log->write($event, $node, $words, $facts);
		}
	}
}
