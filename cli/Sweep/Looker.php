<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Failure;
use McHA\Cli\Server\Answer;
use McHA\Cli\Server\Connection;
use McHA\Cli\Server\NoAnswer;
use McHA\Cli\Server\SilentNodes;

/** Asks nodes for many keys at once, over connections that it keeps. */
final class Looker
{
	private const AT_ONCE = 500; // requests, so that neither side waits for the other one to read

	/** @var array<string, Connection> by node */
	private array $connections = [];

	private readonly SilentNodes $silent;

	/** @param SilentNodes|null $silent nodes that are not asked; null: those of the spaces */
	public function __construct(private readonly Spaces $spaces, ?SilentNodes $silent = null)
	{
		$this->silent = $silent ?? $spaces->silent;
	}

	/**
	 * What the home nodes answer to "mg KEY FLAGS".
	 *
	 * @param string[] $keys of the space, as they are on the servers
	 * @return array<string, array<string, Answer|null>> key => home node => its answer; null: the node gives none
	 */
	public function look(Space $space, array $keys, string $flags): array
	{
		$requests = [];
		$found = array_fill_keys($keys, []);
		foreach ($keys as $key) {
			foreach ($space->homesOf($key) as $name) {
				$requests[$name][$key] = "mg $key $flags\r\n";
				$found[$key][$name] = null; // in the order of the preference list
			}
		}
		foreach ($requests as $name => $lines) {
			foreach ($this->ask($name, $lines) ?? [] as $key => $answer) {
				$found[$key][$name] = $answer;
			}
		}
		return $found;
	}

	/**
	 * Asks over the connection of the last time, or else over a new one: servers close idle connections. What is asked may
	 * be asked twice. A node that gave no answer is left alone for a while.
	 *
	 * @param array<string, string> $requests by key
	 * @return array<string, Answer>|null by key; null: the node gives no answer
	 */
	public function ask(string $name, array $requests): ?array
	{
		for ($try = 0; $try < 2 && !$this->silent->has($name); $try++) {
			try {
				$answers = [];
				foreach (array_chunk($requests, self::AT_ONCE) as $some) {
					array_push($answers, ...$this->connection($name)->ask($some));
				}
				return array_combine(array_keys($requests), $answers);
			} catch (Failure $failure) {
				unset($this->connections[$name]);
				if ($failure instanceof NoAnswer) {
					$this->silent->add($name);
				}
			}
		}
		return null;
	}

	private function connection(string $name): Connection
	{
		$pool = $this->spaces->pool();
		return $this->connections[$name] ??= new Connection($pool->node($name), max(5, $pool->operationTime()));
	}
}
