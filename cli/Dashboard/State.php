<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** The state of the pool at one moment. */
final class State
{
	/**
	 * @param float $time when the nodes were looked at
	 * @param float $interval seconds until they are looked at again
	 * @param int $copies that each value is meant to have
	 * @param array<array<string, mixed>> $nodes each as NodeStatus::describe() has it
	 * @param array<string, mixed>|null $agent "leads" and "words": what it does; "due": the nodes that may lack copies;
	 *     "resync": the one under way, or null; "last": the one before, or null. Null: there is no agent
	 * @param array<array<string, mixed>> $events each as in the agent's log, the newest first
	 */
	public function __construct(
		public readonly float $time,
		public readonly float $interval,
		public readonly int $copies,
		public readonly array $nodes,
		public readonly ?array $agent,
		public readonly array $events,
	) {
	}

	/** @param array<string, mixed> $report as the agent sends it */
	public static function ofReport(array $report): self
	{
		return new self((float) $report['time'], (float) $report['interval'], $report['copies'], $report['nodes'], $report['agent'], $report['events']);
	}

	/** @return array<array<string, mixed>> the nodes that do not answer */
	public function silent(): array
	{
		return array_values(array_filter($this->nodes, static fn(array $node) => $node['state'] !== 'up'));
	}

	/** What is the matter with a node, in one word: up, filling (it may lack copies), distrusted, probing, down. */
	public static function kind(array $node, ?array $agent): string
	{
		return match (true) {
			$node['version'] === null => $node['state'] === 'probing' ? 'probing' : 'down',
			$node['distrusted'] => 'distrusted',
			in_array($node['node'], $agent['due'] ?? [], true) => 'filling',
			default => 'up',
		};
	}

	/** Seconds since the nodes were looked at, if that is longer than it should be. */
	public function delay(): ?int
	{
		$age = microtime(true) - $this->time;
		return $age > 3 * $this->interval + 5 ? (int) $age : null;
	}
}
