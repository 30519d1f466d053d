<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA;
use McHA\Cli\Failure;
use McHA\Cli\Sweep\Incarnations;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Value;

/**
 * Which nodes are whole: which server process is known to have all copies that belong on its node. An item of the pool
 * tells all agents, so that each can go on where another one has stopped; a file tells this host's next agent, also when
 * the item is lost.
 */
final class Ledger
{
	private readonly McHA $client;
	private readonly string $path;
	private readonly string $key;
	private int $revision = 0;
	/** @var array<string, array{process: array{int, int}, without: string[]}> by node; without: what did not answer then */
	private array $nodes = [];

	public function __construct(Spaces $spaces, string $folder)
	{
		$id = substr(hash('sha256', $spaces->fingerprint()), 0, 16);
		$this->client = $spaces->pool()->client;
		$this->key = "mcha.agent.$id";
		$this->path = "$folder/agent-$id.json";
		if (!is_dir($folder) && !@mkdir($folder, 0700, true)) {
			throw new Failure("cannot make the folder $folder: name another one with --state");
		}
		$this->adopt((string) @file_get_contents($this->path));
		$this->save();
	}

	/** Learns what another agent has written; an agent that leads writes what the pool has lost. */
	public function refresh(bool $leads): void
	{
		$text = Value::withoutClasses(fn() => $this->client->get($this->key));
		if (is_string($text) && $this->adopt($text)) {
			$this->save();
		} elseif ($leads && $this->revision && !is_string($text) && $this->client->getResultCode() === McHA::RES_NOTFOUND) {
			$this->publish();
		}
	}

	/**
	 * The nodes that answer, and may lack copies: another process runs there than the one that is known to be whole, or a
	 * node that did not answer then does so now.
	 *
	 * @param array<string, array{int, int}> $processes of the nodes that answer now
	 * @return string[]
	 */
	public function due(array $processes): array
	{
		return array_keys(array_filter($processes, fn(array $process, string $name) => !isset($this->nodes[$name])
			|| !Incarnations::areSame([$this->nodes[$name]['process']], [$process])
			|| array_intersect_key(array_flip($this->nodes[$name]['without']), $processes), ARRAY_FILTER_USE_BOTH));
	}

	/**
	 * Remembers that processes are whole.
	 *
	 * @param array<string, array{int, int}> $processes by node
	 * @param string[] $without nodes that did not answer: what only they have could not be copied
	 */
	public function add(array $processes, array $without): void
	{
		foreach ($processes as $name => $process) {
			$this->nodes[$name] = ['process' => $process, 'without' => array_values(array_diff($without, [$name]))];
		}
		$this->revision++;
		$this->save();
		$this->publish();
	}

	/** Forgets that a node is whole, so that the agent that leads resynchronises it. */
	public function forget(string $name): void
	{
		unset($this->nodes[$name]);
		$this->revision++;
		$this->save();
		$this->publish();
	}

	private function text(): string
	{
		return json_encode(['revision' => $this->revision, 'nodes' => $this->nodes], JSON_THROW_ON_ERROR);
	}

	/** Whether the text is newer than what is known. */
	private function adopt(string $text): bool
	{
		$found = json_decode($text, true);
		$isLedger = is_array($found) && is_int($found['revision'] ?? null) && is_array($found['nodes'] ?? null);
		if (!$isLedger || $found['revision'] <= $this->revision) {
			return false;
		}
		$this->revision = $found['revision'];
		$this->nodes = array_filter($found['nodes'], self::isEntry(...));
		return true;
	}

	private static function isEntry(mixed $entry): bool
	{
		$process = is_array($entry) ? $entry['process'] ?? null : null;
		$without = is_array($entry) ? $entry['without'] ?? null : null;
		return is_array($process) && is_int($process[0] ?? null) && is_int($process[1] ?? null)
			&& is_array($without) && array_filter($without, is_string(...)) === $without;
	}

	private function save(): void
	{
		$new = "$this->path.new";
		if (@file_put_contents($new, $this->text()) === false || !rename($new, $this->path)) {
			throw new Failure("cannot write $this->path: name another folder with --state, or make room there");
		}
	}

	private function publish(): void
	{
		$this->client->set($this->key, $this->text());
	}
}
