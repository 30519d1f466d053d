<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Migrate;

use McHA\Cli\Failure;
use McHA\Cli\Format;
use McHA\Cli\Sweep\CopySet;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Top\Request;
use McHA\Cli\Top\RequestLog;

/** Watches the nodes for writes that go to the first home node alone: a client that knows of one copy is still there. */
final class Writers
{
	private const KEYS_MAX = 10000; // that are remembered
	/** Before the watch, for logs that begin one after the other, and behind it, for writes that are on their way. */
	private const MARGIN = 1;

	/** @var array<string|int, array<string, true>> key => node => true */
	private array $written = [];
	/** @var array<string|int, true> keys that were written at their first home node in the time of the watch */
	private array $candidates = [];

	public function __construct(private readonly Spaces $spaces)
	{
	}

	public function check(float $seconds): Finding
	{
		$logs = [];
		try {
			foreach ($this->spaces->pool()->nodes() as $name => $node) {
				$logs[$name] = new RequestLog($node, max(5, $this->spaces->pool()->operationTime()));
			}
			$this->follow($logs, self::MARGIN, false);
			$this->follow($logs, $seconds, true);
			$this->follow($logs, self::MARGIN, false);
		} catch (Failure $failure) {
			return Finding::unknown('writers', $failure->getMessage());
		}
		return $this->judge($seconds);
	}

	/** @param array<string, RequestLog> $logs */
	private function follow(array $logs, float $seconds, bool $isWatch): void
	{
		$end = microtime(true) + $seconds;
		while (($left = $end - microtime(true)) > 0) {
			$streams = array_map(static fn(RequestLog $log) => $log->stream(), $logs);
			$none = null;
			stream_select($streams, $none, $none, (int) $left, (int) (1e6 * fmod($left, 1)));
			foreach (array_keys($streams) as $name) {
				foreach ($logs[$name]->requests() as $request) {
					$this->note($request, $name, $isWatch);
				}
			}
		}
	}

	private function note(Request $request, string $node, bool $isWatch): void
	{
		$space = $request->isRead() ? null : $this->spaces->of($request->key);
		if (!$space || (!isset($this->written[$request->key]) && count($this->written) >= self::KEYS_MAX)) {
			return;
		}
		$this->written[$request->key][$node] = true;
		if ($isWatch && ($space->homesOf($request->key)[0] ?? '') === $node) {
			$this->candidates[$request->key] = true;
		}
	}

	private function judge(float $seconds): Finding
	{
		$alone = array_values(array_filter(array_map(strval(...), array_keys($this->candidates)), fn(string $key) => count($this->written[$key]) === 1));
		$alone = $this->withoutCopies($alone);
		$watched = count($this->candidates);
		return match (true) {
			$alone !== [] => Finding::bad('writers', 'of ' . Format::count($watched) . ' keys that were written in ' . Format::duration($seconds) . ', '
				. Format::count(count($alone)) . ' were written on their first node alone, for instance "' . Format::printable($alone[0])
				. '": some web server is in an earlier step'),
			$watched === 0 => Finding::unknown('writers', 'no write was seen in ' . Format::duration($seconds) . ': watch for longer (--seconds), or at a busier time'),
			default => Finding::good('writers', Format::count($watched) . ' keys were written in ' . Format::duration($seconds) . ', each of them on all of its nodes'),
		};
	}

	/**
	 * Lines of the logs may have been left out: only keys count whose copies differ now.
	 *
	 * @param string[] $keys
	 * @return string[]
	 */
	private function withoutCopies(array $keys): array
	{
		$looker = new Looker($this->spaces);
		$left = [];
		foreach (array_chunk($keys, 200) as $chunk) {
			foreach ($this->spaces->group($chunk) as [$space, $some]) {
				foreach ($looker->look($space, $some, CopySet::FLAGS_WITH_VALUE) as $key => $answers) {
					$state = (new CopySet($answers))->state();
					array_push($left, ...($state === 'missing' || $state === 'differing' ? [(string) $key] : []));
				}
			}
		}
		return $left;
	}
}
