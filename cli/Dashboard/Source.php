<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** Where the dashboard learns of the pool. */
interface Source
{
	/** What is known now; null: nothing yet. */
	public function state(): ?State;

	/** Whether an agent can be asked for a resync. */
	public function hasAgent(): bool;

	/** Asks the agent to resynchronise a node. */
	public function requestResync(string $node): void;
}
