<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Top;

/** A request that a node has carried out, by a line of its log. */
final class Request
{
	public function __construct(private readonly string $type, public readonly string $key, private readonly string $status, public readonly int $size)
	{
	}

	/** A read, an increment or a touch, or, where deletions have no stream, a deletion: the log does not tell them apart. */
	public function isRead(): bool
	{
		return $this->type === 'item_get';
	}

	public function isHit(): bool
	{
		return $this->status === 'found';
	}

	/** The bytes of the value that the node was given, or has given. */
	public function bytes(): int
	{
		return $this->status === 'found' || $this->status === 'stored' ? $this->size : 0;
	}
}
