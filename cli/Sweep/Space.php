<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Pool\Node;
use McHA\Cli\Pool\Pool;

/** The keys of one prefix: placement leaves the prefix out, so that each prefix needs a client of its own. */
final class Space
{
	public function __construct(public readonly string $prefix, public readonly Pool $pool)
	{
	}

	public function isOfSessions(): bool
	{
		return $this->prefix !== '' && $this->prefix === ini_get('mcha.sess_prefix');
	}

	/** The key as the client of this space has it. */
	public function keyOf(string $wireKey): string
	{
		return substr($wireKey, strlen($this->prefix));
	}

	/** @return array<string, string> node => role, of the nodes that may have the key, the home nodes first */
	public function rolesOf(string $wireKey): array
	{
		$roles = [];
		foreach ($this->pool->client->getReplicas($this->keyOf($wireKey)) as $node) {
			$roles[Node::nameOf($node)] = $node['role'];
		}
		return $roles;
	}

	/** @return string[] the names of the key's home nodes */
	public function homesOf(string $wireKey): array
	{
		return array_keys($this->rolesOf($wireKey), 'home', true);
	}
}
