<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA;
use McHA\Cli\Sweep\Space;
use McHA\Cli\Sweep\Spaces;
use McHALock;

/**
 * Lets one agent at a time heal the pool, by a lock that lies in the pool. Two agents that heal at once do the same work
 * twice, and no harm: so an agent also heals while too few nodes answer to give out the lock.
 */
final class Leadership
{
	public bool $leads = false;
	public string $words = ''; // what this agent does, for people
	private readonly McHA $client;
	private readonly string $key;
	private ?McHALock $lock = null;
	private ?float $failingSince = null; // since when the lock has been neither given nor refused

	/** @param int $life seconds, after which another agent takes over from one that was killed */
	public function __construct(Spaces $spaces, private readonly int $life, private readonly Log $log)
	{
		$this->client = $spaces->pool()->client;
		$prefixes = array_map(static fn(Space $space) => $space->prefix, $spaces->all());
		sort($prefixes);
		$this->key = 'mcha.agent.' . substr(hash('sha256', serialize($prefixes)), 0, 16);
	}

	/** Takes the lock, or keeps it; must be called more often than the lock lives. */
	public function keep(): void
	{
		if ($this->lock?->extend($this->life) || $this->lock?->isHeld()) {
			return;
		}
		$this->lock = null;
		$this->lock = $this->client->lock($this->key, $this->life);
		$isTaken = !$this->lock && $this->client->getResultCode() === McHA::RES_NOTSTORED;
		$this->failingSince = $this->lock || $isTaken ? null : $this->failingSince ?? microtime(true);
		$reason = $this->client->getLastErrorMessage();
		if ($this->lock) {
			$this->tell(true, 'heals', 'heals the pool from now on');
		} elseif ($isTaken) {
			$this->tell(false, 'stands-by', 'stands by: another agent heals this pool');
		} elseif ($this->leads || microtime(true) > $this->failingSince + $this->life) {
			$this->tell(true, 'heals', "heals the pool without the lock, which cannot be had: $reason");
		} else {
			$this->tell(false, 'waits', "waits for the lock, which cannot be had: $reason");
		}
	}

	public function release(): void
	{
		$this->lock?->release();
		$this->lock = null;
		$this->leads = false;
	}

	private function tell(bool $leads, string $event, string $words): void
	{
		$isNew = $leads !== $this->leads || strtok($words, ':') !== strtok($this->words, ':');
		$this->leads = $leads;
		$this->words = $words;
		if ($isNew) {
			$this->log->write($event, null, $words);
		}
	}
}
