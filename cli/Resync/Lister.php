<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Failure;
use McHA\Cli\Pool\Node;
use McHA\Cli\Server\KeyList;
use McHA\Cli\Server\ListedKey;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;

/** Finds the keys that the other nodes hold and that a node, or each node, should hold. */
final class Lister
{
	/** A pool that was changed long ago leaves some keys on nodes that are not their homes; wrong settings leave a third or more. */
	private const STRANGERS_MAX = 0.05;

	public int $listed = 0; // keys on their home nodes
	public int $strangers = 0; // keys on other nodes, with a longer life than handoff copies have
	/** @var array<string, string> node => why its keys are not known */
	public array $unlisted = [];
	private int $chosen = 0;
	private string $example = '';

	public function __construct(private readonly Spaces $spaces, private readonly ?string $target, private readonly float $patience)
	{
	}

	/** Returns how many keys were written. */
	public function write(Spool $spool): int
	{
		foreach ($this->spaces->pool()->nodes() as $node) {
			if ($node->name === $this->target) {
				continue;
			}
			try {
				$this->writeKeysOf($node, $spool);
			} catch (Failure $failure) {
				$this->unlisted[$node->name] = $failure->getMessage();
			}
		}
		return $this->chosen;
	}

	/** Keys of another prefix, or of other settings, would be copied to the wrong nodes. */
	public function refuseStrangers(): void
	{
		if ($this->strangers > 20 && $this->strangers > self::STRANGERS_MAX * ($this->strangers + $this->listed)) {
			throw new Failure("$this->strangers of " . ($this->strangers + $this->listed) . ' keys do not lie where this pool would place them,'
				. " for instance \"$this->example\": nothing was copied. If the application sets OPT_PREFIX_KEY, name the prefix with --prefix;"
				. ' other settings that place keys, such as mcha.distribution and the order of the servers, must be the application\'s, too.'
				. ' If the keys lie there because the pool was changed, name the pool before with --set=previous_servers=...');
		}
	}

	private function writeKeysOf(Node $node, Spool $spool): void
	{
		$list = new KeyList($node, max(5, $this->spaces->pool()->operationTime()), $this->patience);
		foreach ($list->keys() as $listed) {
			$space = $listed->hasEnded() ? null : $this->spaces->of($listed->key);
			if (!$space) {
				continue;
			}
			$roles = $space->rolesOf($listed->key);
			if (($roles[$node->name] ?? 'handoff') === 'handoff') {
				$this->noteStranger($listed);
				continue;
			}
			$this->listed++;
			if ($this->target === null || ($roles[$this->target] ?? '') === 'home') {
				$spool->add($listed->key, $listed->size);
				$this->chosen++;
			}
		}
	}

	private function noteStranger(ListedKey $listed): void
	{
		if ($listed->livesLongerThan(60 + (int) ini_get('mcha.failover_ttl'))) {
			$this->strangers++;
			$this->example = $listed->key;
		}
	}
}
