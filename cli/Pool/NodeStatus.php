<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Pool;

/** What a node says of itself, beside what this host knows of it. */
final class NodeStatus
{
	/** @param array<string, mixed> $stats as the node gave them; empty: it gave no answer */
	private function __construct(public readonly Node $node, private readonly array $stats, public readonly ?string $reason)
	{
	}

	/** @return self[] of all nodes, by zone and in the pool's order */
	public static function ofAll(Pool $pool): array
	{
		$reasons = [];
		$stats = $pool->stats($reasons);
		$all = array_map(static fn(Node $node) => new self($node, $stats[$node->name] ?? [], $reasons[$node->name] ?? null),
			array_values($pool->nodes()));
		usort($all, static fn(self $a, self $b) => strcmp($a->node->facts['zone'], $b->node->facts['zone']));
		return $all;
	}

	public function answers(): bool
	{
		return $this->stats !== [];
	}

	public function stat(string $name): int|float|string
	{
		return $this->stats[$name] ?? 0;
	}

	/**
	 * Hits and lookups, since the node was started or since an earlier look.
	 *
	 * @return array{int, int}
	 */
	public function lookups(?self $earlier): array
	{
		$restarted = !$earlier || $earlier->stat('pid') !== $this->stat('pid') || $earlier->stat('get_hits') > $this->stat('get_hits');
		$hits = $this->stat('get_hits') - ($restarted ? 0 : $earlier->stat('get_hits'));
		$misses = $this->stat('get_misses') - ($restarted ? 0 : $earlier->stat('get_misses'));
		return [(int) $hits, (int) ($hits + $misses)];
	}

	/** @return array<string, mixed> for programs */
	public function describe(?self $earlier): array
	{
		[$hits, $lookups] = $this->lookups($earlier);
		$facts = $this->node->facts;
		$told = ['version' => 'version', 'uptime' => 'uptime', 'bytes' => 'bytes', 'limit' => 'limit_maxbytes', 'items' => 'curr_items',
			'evictions' => 'evictions', 'connections' => 'curr_connections'];
		return [
			'node' => $this->node->name,
			'zone' => $facts['zone'],
			'role' => $facts['role'],
			'state' => $this->answers() ? 'up' : $facts['state'],
			'reason' => $this->reason,
			'latency_us' => $facts['latency_us'],
			'protocol' => $facts['protocol'],
		] + array_map(fn(string $name) => $this->answers() ? $this->stat($name) : null, $told) + [
			'hits' => $this->answers() ? $hits : null,
			'lookups' => $this->answers() ? $lookups : null,
			'hints' => $facts['hints'],
			'distrusted' => $facts['distrusted'],
		];
	}
}
