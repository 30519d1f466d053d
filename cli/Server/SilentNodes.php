<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Server;

/** Nodes that gave no answer: a command that waits for a node that hangs waits once, and then goes on without it. */
final class SilentNodes
{
	/** @var array<string, float> node => until when it is not asked */
	private array $until = [];

	/** @param float $pause seconds after which a node is asked again */
	public function __construct(private readonly float $pause = 60)
	{
	}

	public function add(string $name): void
	{
		$this->until[$name] = microtime(true) + $this->pause;
	}

	public function has(string $name): bool
	{
		return ($this->until[$name] ?? 0) > microtime(true);
	}
}
