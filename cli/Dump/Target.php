<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dump;

use McHA\Cli\Server\Answer;
use McHA\Cli\Sweep\Looker;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;

/**
 * Stores items on their home nodes, as they were: without the serializer, with flags and version. Only where no home node
 * has the key, unless the items are to take the place of what is there.
 */
final class Target
{
	public int $stored = 0; // items
	public int $kept = 0; // items whose key was there
	public int $ended = 0; // items whose life is over
	public int $failed = 0; // items that some home node has not stored
	/** @var array<string, string> node => its last refusal */
	public array $reasons = [];
	private readonly Looker $looker;
	/** @var array<string, bool> */
	private array $takesVersions = [];

	public function __construct(private readonly Spaces $spaces, private readonly bool $overwrites)
	{
		$this->looker = new Looker($spaces);
		foreach ($spaces->pool()->client->getVersion() ?: [] as $node => $version) {
			$this->takesVersions[$node] = version_compare($version, '1.6.27', '>=');
		}
	}

	/** @param Record[] $records */
	public function store(array $records): void
	{
		$items = [];
		foreach ($records as $record) {
			if ($record->exptime() === null) {
				$this->ended++;
			} else {
				$items[$record->key] = $record;
			}
		}
		$items = $this->overwrites ? $items : $this->withoutKept($items);
		$answers = $this->sendAll($items);
		foreach ($items as $key => $record) {
			$this->conclude((string) $key, $answers[$key]);
		}
	}

	private function space(Record $record): Space
	{
		foreach ($this->spaces->all() as $space) {
			if ($space->prefix === $record->prefix) {
				return $space;
			}
		}
		return $this->spaces->add($record->prefix);
	}

	/** @param array<string, Record> $items by key */
	private function withoutKept(array $items): array
	{
		$groups = [];
		foreach ($items as $key => $record) {
			$groups[$record->prefix][] = (string) $key;
		}
		foreach ($groups as $keys) {
			foreach ($this->looker->look($this->space($items[$keys[0]]), $keys, 's u') as $key => $answers) {
				if (array_filter($answers, static fn(?Answer $answer) => $answer?->found())) {
					$this->kept++;
					unset($items[$key]);
				}
			}
		}
		return $items;
	}

	/**
	 * @param array<string, Record> $items by key
	 * @return array<string, array<string, Answer|null>> key => home node => its answer
	 */
	private function sendAll(array $items): array
	{
		$requests = $answers = [];
		foreach ($items as $key => $record) {
			foreach ($this->space($record)->homesOf($record->key) as $node) {
				$requests[$node][$key] = $this->request($node, $record);
				$answers[$key][$node] = null;
			}
		}
		foreach ($requests as $node => $lines) {
			foreach ($this->looker->ask($node, $lines) ?? [] as $key => $answer) {
				$answers[$key][$node] = $answer;
			}
		}
		return $answers;
	}

	private function request(string $node, Record $record): string
	{
		$version = $record->version && ($this->takesVersions[$node] ?? false) ? " E$record->version" : '';
		$mode = $this->overwrites ? 'S' : 'E';
		return sprintf("ms %s %d T%d F%d M%s c%s\r\n%s\r\n", $record->key, strlen($record->value), $record->exptime(), $record->flags, $mode, $version, $record->value);
	}

	/**
	 * A client may have written the key since it was looked for: then one home node refuses the item, and the copies that
	 * the other ones have stored are deleted, if no client has changed them.
	 *
	 * @param array<string, Answer|null> $answers by home node
	 */
	private function conclude(string $key, array $answers): void
	{
		$stored = array_filter($answers, static fn(?Answer $answer) => $answer?->code === 'HD');
		$refused = array_filter($answers, static fn(?Answer $answer) => $answer?->code === 'NS');
		if ($refused) {
			foreach ($stored as $node => $answer) {
				$this->looker->ask($node, ["md $key C{$answer->flag('c')}\r\n"]);
			}
			$this->kept++;
			return;
		}
		$this->stored += $stored ? 1 : 0;
		$this->failed += count($stored) < count($answers) ? 1 : 0;
		foreach (array_diff_key($answers, $stored) as $node => $answer) {
			$this->reasons[$node] = $answer ? "it answered $answer->code " . implode(' ', $answer->words) : 'it gave no answer';
		}
	}
}
