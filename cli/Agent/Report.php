<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA\Cli\Pool\NodeStatus;
use McHA\Cli\Pool\Pool;

/** What the agent tells its web process: what the dashboard and the metrics show of the pool. */
final class Report
{
	public function __construct(
		private readonly Pool $pool,
		private readonly float $interval,
		private readonly Watch $watch,
		private readonly Leadership $leadership,
		private readonly Ledger $ledger,
		private readonly Healer $healer,
		private readonly Log $log,
	) {
	}

	/** @return array<string, mixed> as McHA\Cli\Dashboard\State reads it */
	public function make(): array
	{
		return [
			'time' => microtime(true),
			'interval' => $this->interval,
			'copies' => $this->pool->copies(),
			'nodes' => array_map(static fn(NodeStatus $status) => $status->describe(null), $this->watch->statuses),
			'agent' => [
				'leads' => $this->leadership->leads,
				'words' => $this->leadership->words,
				'due' => $this->ledger->due($this->watch->processes),
				'resync' => $this->healer->present,
				'last' => $this->healer->last,
			],
			'events' => $this->log->latest,
		];
	}
}
