<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Failure;
use McHA\Cli\Pool\NodeStatus;
use McHA\Cli\Pool\Pool;

/** Which server processes run: a node with another one was restarted, and has lost what it had. */
final class Incarnations
{
	/** @return array<string, array{int, int}> node => its process id, and when it began; without nodes that do not answer */
	public static function ofAll(Pool $pool): array
	{
		return array_map(self::read(...), $pool->stats());
	}

	/**
	 * The same of nodes that have been asked already.
	 *
	 * @param array<string, NodeStatus> $statuses by name
	 * @return array<string, array{int, int}>
	 */
	public static function of(array $statuses): array
	{
		$answering = array_filter($statuses, static fn(NodeStatus $status) => $status->answers());
		return array_map(static fn(NodeStatus $status) => self::read(['pid' => $status->stat('pid'), 'time' => $status->stat('time'),
			'uptime' => $status->stat('uptime')]), $answering);
	}

	/** @return array{int, int} */
	private static function read(array $stats): array
	{
		return [(int) $stats['pid'], (int) $stats['time'] - (int) $stats['uptime']];
	}

	/** No node has been restarted between two looks. (Servers count whole seconds: a difference may be off by one or two.) */
	public static function areSame(array $before, array $now): bool
	{
		foreach ($before as $name => [$pid, $began]) {
			if (!isset($now[$name]) || $now[$name][0] !== $pid || abs($now[$name][1] - $began) > 2) {
				return false;
			}
		}
		return count($before) === count($now);
	}

	/**
	 * Waits until the node answers: the processes of this host may hold it down for a while after it failed.
	 *
	 * @return array<string, array{int, int}> as ofAll()
	 */
	public static function await(Pool $pool, ?string $name, float $patience): array
	{
		$end = microtime(true) + $patience;
		do {
			$reasons = [];
			$processes = array_map(self::read(...), $pool->stats($reasons));
			$missing = $name === null ? array_diff_key($pool->nodes(), $processes) : array_diff_key([$name => 1], $processes);
			if (!$missing) {
				return $processes;
			}
			usleep(100000);
		} while (microtime(true) < $end);
		if ($name === null) {
			return $processes;
		}
		throw new Failure(sprintf('%s has not answered for %g s: %s', $name, $patience, $reasons[$name] ?? 'it gave no statistics'));
	}
}
