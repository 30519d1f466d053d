<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA\Cli\Failure;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Resync\Interruption;

/**
 * Looks after a pool for as long as it runs: logs what becomes of the nodes, lets this host's hints be replayed, and, if
 * it leads, has nodes that came back empty resynchronised. It may be killed at any moment: what it must remember is in
 * the pool and on disk.
 */
final class Agent
{
	private bool $isEnding = false;
	private bool $isOver = false; // nothing is left to do but to give the lock back
	private float $lookedAt = 0;
	/** @var array<string, bool> node => whether it was whole when it answered last */
	private array $areWhole = [];

	/** @param float $interval seconds between two looks */
	public function __construct(
		private readonly Pool $pool,
		private readonly float $interval,
		private readonly Watch $watch,
		private readonly Leadership $leadership,
		private readonly Ledger $ledger,
		private readonly Healer $healer,
		private readonly Log $log,
		private readonly ?WebProcess $web = null,
	) {
	}

	/** Returns when a signal ends the process. */
	public function run(): void
	{
		$this->heedSignals();
		$words = sprintf('begins to watch %d nodes (process %d)', count($this->pool->nodes()), getmypid());
		$this->log->write('start', null, $words, ['pid' => getmypid()]);
		try {
			while (!$this->isEnding) {
				$this->look();
				if ($this->leadership->leads) {
					$this->healer->heal($this->watch->processes, $this->heedMeanwhile(...));
				} else {
					$this->healer->rest();
				}
				$this->isEnding || usleep((int) max(0, 1e6 * ($this->lookedAt + $this->interval - microtime(true))));
			}
		} catch (Interruption) {
		}
		$this->isOver = true;
		$this->leadership->release();
		$this->log->write('end', null, 'ends');
	}

	private function look(): void
	{
		$this->lookedAt = microtime(true);
		$this->watch->look();
		if ($this->watch->hasChanged) {
			$this->healer->encourage();
		}
		$this->leadership->keep();
		$this->ledger->refresh($this->leadership->leads); // as each operation, it also replays hints of other keys
		$this->tellWhole();
		$this->web && $this->serve($this->web);
	}

	private function serve(WebProcess $web): void
	{
		foreach ($web->wishes() as $name) {
			if (isset($this->pool->nodes()[$name])) {
				$this->log->write('asked', $name, 'is to be resynchronised: the dashboard was asked for it');
				$this->ledger->forget($name);
			}
		}
		$web->tell((new Report($this->pool, $this->interval, $this->watch, $this->leadership, $this->ledger, $this->healer, $this->log))->make());
	}

	/** Tells which nodes are whole at first, and then which ones another agent has healed. The healer tells of its own. */
	private function tellWhole(): void
	{
		$due = array_flip($this->ledger->due($this->watch->processes));
		foreach (array_keys($this->watch->processes) as $name) {
			$isNew = !isset($this->areWhole[$name]);
			if (!isset($due[$name]) && $isNew) {
				$this->log->write('whole', $name, 'is whole already');
			} elseif (!isset($due[$name]) && !$this->areWhole[$name] && !$this->leadership->leads) {
				$this->log->write('whole', $name, 'is whole: another agent has resynchronised it');
			}
			$this->areWhole[$name] = !isset($due[$name]);
		}
	}

	/** @param array<string, array{int, int}> $healed the processes that a resync is about */
	private function heedMeanwhile(array $healed): void
	{
		if ($this->isEnding) {
			throw new Interruption('the agent ends');
		}
		if (microtime(true) < $this->lookedAt + $this->interval) {
			return;
		}
		$this->look();
		if (!$this->leadership->leads) {
			throw new Interruption('another agent heals from now on');
		}
		if (!$this->watch->areSame($healed)) {
			throw new Failure('a node that was being resynchronised was restarted, or does not answer any more');
		}
	}

	/** An agent that waits for a node does not see that it is to end: two seconds later it is interrupted wherever it is. */
	private function heedSignals(): void
	{
		if (!function_exists('pcntl_signal')) {
			return;
		}
		pcntl_async_signals(true);
		foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
			pcntl_signal($signal, function (): void {
				$this->isEnding = true;
				pcntl_alarm(2);
			});
		}
		pcntl_signal(SIGALRM, function (): void {
			pcntl_alarm(1);
			throw $this->isOver ? exit(0) : new Interruption('the agent ends');
		});
	}
}
