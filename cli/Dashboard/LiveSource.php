<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Pool\NodeStatus;
use McHA\Cli\Pool\Pool;

/** Asks the nodes itself: for a page without an agent. */
final class LiveSource implements Source
{
	private ?State $state = null;

	public function __construct(private readonly Pool $pool)
	{
	}

	public function state(): State
	{
		return $this->state ??= new State(microtime(true), 1, $this->pool->copies(),
			array_map(static fn(NodeStatus $status) => $status->describe(null), NodeStatus::ofAll($this->pool)), null, []);
	}

	public function hasAgent(): bool
	{
		return false;
	}

	public function requestResync(string $node): void
	{
	}
}
