<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Pool;

/** Where one key lies, and what each node holds of it. */
final class Whereabouts
{
	/** @param array<string, string> $unasked node => why it could not be asked */
	private function __construct(public readonly Copies $copies, public readonly array $unasked)
	{
	}

	/** Changes nothing, and does not count as an access of the value. */
	public static function of(Pool $pool, string $key): self
	{
		$pool->client->getVersion(); // until a node was asked, its state is unknown
		$copies = new Copies($pool->client->inspect($key));
		return new self($copies, $pool->client->getLastReplication()['failed']);
	}

	/** A key of Copies::SENTENCES. */
	public function verdict(): string
	{
		return $this->copies->verdict(array_keys($this->unasked));
	}

	/** Why a node could not be asked; null: it has answered. */
	public function reasonOf(array $node): ?string
	{
		return $this->unasked[Node::nameOf($node)] ?? null;
	}
}
