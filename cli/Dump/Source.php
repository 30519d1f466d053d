<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dump;

use McHA\Cli\Server\Answer;
use McHA\Cli\Sweep\CopySet;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;

/** Reads items from a pool: of each key the newest copy, in one answer, so that value, flags and life belong together. */
final class Source
{
	public int $unknown = 0; // keys of which no node that could have a copy has answered
	private readonly Looker $looker;

	public function __construct(private readonly Spaces $spaces)
	{
		$this->looker = new Looker($spaces);
	}

	/**
	 * @param string[] $keys as they are on the servers
	 * @return \Generator<Record>
	 */
	public function read(array $keys): \Generator
	{
		foreach ($this->spaces->group($keys) as [$space, $some]) {
			yield from $this->readGroup($space, $some);
		}
	}

	/** @param string[] $keys */
	private function readGroup(Space $space, array $keys): \Generator
	{
		$requests = [];
		foreach ($this->looker->look($space, $keys, CopySet::FLAGS) as $key => $answers) {
			$set = new CopySet($answers);
			$node = $set->newest();
			if ($node !== null) {
				$requests[$node][$key] = "mg $key v f t c s u\r\n";
			} elseif (!$set->isKnown) {
				$this->unknown++;
			}
		}
		foreach ($requests as $node => $lines) {
			foreach ($this->looker->ask($node, $lines) ?? $this->missed($lines) as $key => $answer) {
				if ($answer->value !== null && !CopySet::isTombstone($answer)) {
					yield self::record((string) $key, $space, $answer);
				}
			}
		}
	}

	private function missed(array $lines): array
	{
		$this->unknown += count($lines);
		return [];
	}

	private static function record(string $key, Space $space, Answer $answer): Record
	{
		$ttl = (int) $answer->flag('t');
		$end = $ttl < 0 ? 0 : time() + max(0, $ttl - 1); // servers count whole seconds: no copy is to live longer than the value
		return new Record($key, $space->prefix, $answer->value, (int) $answer->flag('f'), $end, CopySet::version($answer));
	}
}
