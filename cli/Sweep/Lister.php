<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Failure;
use McHA\Cli\Pool\Node;
use McHA\Cli\Server\KeyList;
use McHA\Cli\Server\ListedKey;
use McHA\Cli\Server\NoAnswer;

/** Writes the keys of the nodes into a spool, each once. */
final class Lister
{
	/** A pool that was changed long ago leaves some keys on nodes that are not their homes; wrong settings leave a third or more. */
	private const STRANGERS_MAX = 0.05;

	/** @var array<string, string> node => why its keys are not known */
	public array $unlisted = [];
	private int $listed = 0; // keys on their home nodes
	private int $strangers = 0; // keys on other nodes, with a longer life than handoff copies have
	private string $example = '';

	public function __construct(private readonly Spaces $spaces, private readonly float $patience)
	{
	}

	/**
	 * Returns how many keys were written.
	 *
	 * @param callable(string, array<string, string>): bool $chooses told a key as it is on the servers, and node => role
	 * @param array<string, Node>|null $nodes that are asked for their keys; null: all
	 */
	public function write(Spool $spool, callable $chooses, ?array $nodes = null): int
	{
		$nodes ??= $this->spaces->pool()->nodes();
		foreach ($nodes as $node) {
			try {
				$this->writeKeysOf($node, $spool, $chooses);
			} catch (Failure $failure) {
				$this->unlisted[$node->name] = $failure->getMessage();
				if ($failure instanceof NoAnswer) {
					$this->spaces->silent->add($node->name);
				}
			}
		}
		if (count($this->unlisted) === count($nodes)) {
			throw new Failure('no node lists its keys: ' . implode('; ', $this->unlisted));
		}
		$this->refuseStrangers($nodes);
		return $spool->removeDuplicates();
	}

	/**
	 * Keys of another prefix, or of other settings, would be looked for on the wrong nodes.
	 *
	 * @param array<string, Node> $nodes
	 */
	private function refuseStrangers(array $nodes): void
	{
		$isChanging = (bool) array_filter($nodes, static fn(Node $node) => $node->isPrevious());
		if (!$isChanging && $this->strangers > 20 && $this->strangers > self::STRANGERS_MAX * ($this->strangers + $this->listed)) {
			throw new Failure("$this->strangers of " . ($this->strangers + $this->listed) . ' keys do not lie where this pool would place them,'
				. " for instance \"$this->example\": nothing was done. If the application sets OPT_PREFIX_KEY, name the prefix with --prefix;"
				. ' other settings that place keys, such as mcha.distribution and the order of the servers, must be the application\'s, too.'
				. ' If the keys lie there because the pool was changed, name the pool before with --set=previous_servers=...');
		}
	}

	private function writeKeysOf(Node $node, Spool $spool, callable $chooses): void
	{
		$list = new KeyList($node, max(5, $this->spaces->pool()->operationTime()), $this->patience);
		foreach ($list->keys() as $listed) {
			$space = $listed->hasEnded() ? null : $this->spaces->of($listed->key);
			if (!$space) {
				continue;
			}
			$roles = $space->rolesOf($listed->key);
			$this->count($node, $listed, $roles);
			if ($chooses($listed->key, $roles)) {
				$spool->add($listed->key, $listed->size);
			}
		}
	}

	private function count(Node $node, ListedKey $listed, array $roles): void
	{
		if (($roles[$node->name] ?? 'handoff') !== 'handoff') {
			$this->listed++;
		} elseif ($listed->livesLongerThan(60 + (int) ini_get('mcha.failover_ttl'))) {
			$this->strangers++;
			$this->example = $listed->key;
		}
	}
}
