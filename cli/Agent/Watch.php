<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA\Cli\Format;
use McHA\Cli\Pool\Node;
use McHA\Cli\Pool\NodeStatus;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Sweep\Incarnations;

/** Looks at the nodes of a pool again and again, and logs what has changed. */
final class Watch
{
	/** @var array<string, array{int, int}> node => its process id, and when it began; of the nodes that answer now */
	public array $processes = [];
	/** @var NodeStatus[] what all nodes said of themselves */
	public array $statuses = [];
	public bool $hasChanged = false; // a node was restarted, or went or came, since the look before
	/** @var array<string, array{int, int}> the same of all nodes that have answered some time */
	private array $latest = [];
	/** @var array<string, float> node => since when it has not answered */
	private array $silent = [];
	/** @var array<string, string> node => what it has missed, in words */
	private array $missed = [];

	public function __construct(private readonly Pool $pool, private readonly Log $log)
	{
	}

	public function look(): void
	{
		$before = $this->processes;
		$this->statuses = NodeStatus::ofAll($this->pool);
		$byName = array_combine(array_map(static fn(NodeStatus $status) => $status->node->name, $this->statuses), $this->statuses);
		$this->processes = Incarnations::of($byName);
		$this->hasChanged = !Incarnations::areSame($before, $this->processes);
		foreach ($byName as $name => $status) {
			if (isset($this->processes[$name])) {
				$this->heedAnswer($name, $this->processes[$name]);
			} else {
				$this->heedSilence($name, $status->reason ?? $this->pool->client->getLastErrorMessage());
			}
			$this->heedHints($status->node);
		}
	}

	/** No process of these nodes is another one than before, and all of them answer. */
	public function areSame(array $processes): bool
	{
		return Incarnations::areSame($processes, array_intersect_key($this->processes, $processes));
	}

	private function heedAnswer(string $name, array $process): void
	{
		$latest = $this->latest[$name] ?? null;
		$this->latest[$name] = $process;
		$since = $this->silent[$name] ?? null;
		unset($this->silent[$name]);
		$facts = ['pid' => $process[0], 'started' => $process[1]];
		if ($latest && !Incarnations::areSame([$latest], [$process])) {
			$this->log->write('restarted', $name, 'was restarted, and is up', $facts);
		} elseif ($since !== null && $latest) {
			$this->log->write('up', $name, sprintf('answers again after %s', Format::duration(microtime(true) - $since)), $facts);
		} elseif (!$latest) {
			$this->log->write('up', $name, 'is up', $facts);
		}
	}

	private function heedSilence(string $name, string $reason): void
	{
		if (!isset($this->silent[$name])) {
			$this->silent[$name] = microtime(true);
			$this->log->write('down', $name, "is down: $reason", ['reason' => $reason]);
		}
	}

	private function heedHints(Node $node): void
	{
		$hints = $node->facts['hints'];
		$words = match (true) {
			$node->facts['distrusted'] => 'has missed more writes than this host can remember:'
				. ' its copies are not believed until it is restarted',
			$hints > 0 => 'has missed writes; they are made good when it is up',
			default => '',
		};
		$before = $this->missed[$node->name] ?? '';
		$this->missed[$node->name] = $words;
		if ($words !== $before) {
			$event = $node->facts['distrusted'] ? 'distrusted' : ($hints > 0 ? 'hints' : 'no-hints');
			$this->log->write($event, $node->name, $words ?: 'has no missed writes any more that this host knows of', ['hints' => $hints]);
		}
	}
}
