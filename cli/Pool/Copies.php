<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Pool;

/** The copies of one key on all nodes, as McHA::inspect() describes them. */
final class Copies
{
	public const SENTENCES = [
		'complete' => 'All home nodes have the same copy.',
		'missing' => 'Some home node has no copy: mcha resync stores it, unless the copies that are left are old ones, which mcha get does not find.',
		'differing' => 'The home nodes have different copies: mcha check --repair makes them equal.',
		'elsewhere' => 'No home node has the key, but another node has: a handoff copy, or a key of another prefix or server key.',
		'unknown' => 'Some home node could not be asked.',
		'none' => 'No node has the key.',
	];

	/** Versions have this bit; other CAS values are a server's own count, and differ between servers. */
	private const VERSION = 1 << 62;

	/** @param array<array<string, mixed>> $nodes */
	public function __construct(public readonly array $nodes)
	{
	}

	/** @param string[] $unasked the names of nodes that gave no answer */
	public function verdict(array $unasked): string
	{
		$homes = array_filter($this->nodes, static fn(array $node) => $node['role'] === 'home');
		$asked = array_filter($homes, static fn(array $node) => !in_array(Node::nameOf($node), $unasked, true));
		$found = array_filter($homes, static fn(array $node) => $node['found']);
		return match (true) {
			count($asked) < count($homes) => 'unknown',
			!$found => array_filter($this->nodes, static fn(array $node) => $node['found']) ? 'elsewhere' : 'none',
			count($found) < count($homes) => 'missing',
			self::differ($found) => 'differing',
			default => 'complete',
		};
	}

	private static function differ(array $copies): bool
	{
		return count(array_unique(array_map(self::kind(...), $copies))) > 1;
	}

	private static function kind(array $copy): string
	{
		$version = is_int($copy['version']) && $copy['version'] & self::VERSION ? " $copy[version]" : '';
		return "$copy[size] $copy[flags]$version";
	}
}
