<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Top;

use McHA\Cli\Failure;

/** The requests of some seconds, as the logs of the nodes tell them. */
final class Sample
{
	public readonly Sketch $sketch;
	public int $reads = 0;
	public int $writes = 0; // by nodes: of each copy
	public int $lines = 0;
	public int $dropped = 0; // lines that nodes have left out
	public float $seconds = 0;

	/**
	 * @param string $by reads, writes or bytes: what makes a key great
	 * @param string $delimiter of groups of keys; "": each key is a group
	 */
	public function __construct(private readonly string $by, private readonly string $delimiter)
	{
		$this->sketch = new Sketch();
	}

	/**
	 * Follows logs for so many seconds, and forgets those that end.
	 *
	 * @param array<string, RequestLog> $logs by node
	 * @return array<string, string> node => why its log has ended
	 */
	public function take(array &$logs, float $seconds): array
	{
		$began = microtime(true);
		$ended = [];
		while ($logs && ($left = $began + $seconds - microtime(true)) > 0) {
			$ended += $this->follow($logs, $left);
		}
		foreach ($logs as $name => $log) {
			$this->add($log->last(), $name);
		}
		$this->seconds = microtime(true) - $began;
		return $ended;
	}

	/** @return array<string, string> node => why its log has ended */
	private function follow(array &$logs, float $seconds): array
	{
		$ended = [];
		$streams = array_map(static fn(RequestLog $log) => $log->stream(), $logs);
		$none = null;
		@stream_select($streams, $none, $none, (int) $seconds, (int) (1e6 * fmod($seconds, 1)));
		foreach (array_keys($streams ?: []) as $name) {
			try {
				$this->addAll($logs[$name]);
			} catch (Failure $failure) {
				$ended[$name] = $failure->getMessage();
				unset($logs[$name]);
			}
		}
		return $ended;
	}

	private function addAll(RequestLog $log): void
	{
		[$lines, $skipped] = [$log->lines, $log->skipped];
		foreach ($log->requests() as $request) {
			$this->add($request, $log->node->name);
		}
		$this->lines += $log->lines - $lines;
		$this->dropped += $log->skipped - $skipped;
	}

	private function add(?Request $request, string $node): void
	{
		if (!$request) {
			return;
		}
		$isRead = $request->isRead();
		$isRead ? $this->reads++ : $this->writes++;
		$weight = match ($this->by) {
			'reads' => $isRead ? 1 : 0,
			'writes' => $isRead ? 0 : 1,
			'bytes' => $request->bytes(),
		};
		$this->sketch->add($this->groupOf($request->key), $weight, $request, $node);
	}

	private function groupOf(string $key): string
	{
		$end = $this->delimiter === '' ? false : strpos($key, $this->delimiter);
		return $end === false ? $key : substr($key, 0, $end) . $this->delimiter . '*';
	}
}
