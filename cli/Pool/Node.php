<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Pool;

/** A node of the pool, as McHA::getNodes() describes it. */
final class Node
{
	public readonly string $name; // as McHA names it in messages, and as the pool string may name it

	/** @param array<string, mixed> $facts an entry of McHA::getNodes() */
	public function __construct(public readonly array $facts)
	{
		$this->name = self::nameOf($facts);
	}

	/** @param array<string, mixed> $facts with "host" and "port" */
	public static function nameOf(array $facts): string
	{
		return match (true) {
			$facts['host'][0] === '/' => $facts['host'],
			str_contains($facts['host'], ':') => "[$facts[host]]:$facts[port]",
			default => "$facts[host]:$facts[port]",
		};
	}

	/** As PHP's streams write it. */
	public function address(): string
	{
		return $this->facts['host'][0] === '/' ? "unix://$this->name" : "tcp://$this->name";
	}

	public function isPrevious(): bool
	{
		return $this->facts['role'] === 'previous';
	}
}
