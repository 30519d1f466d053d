<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Server;

use McHA\Cli\Failure;
use McHA\Cli\Pool\Node;

/**
 * The keys that one node holds, by the server's LRU crawler. A server makes one list at a time, and its crawler waits for
 * the reader: the list must be read without pauses.
 */
final class KeyList
{
	/** "hash" (memcached 1.6.9) walks the table of all items; "all" walks the LRU lists, between which items move. */
	private const QUESTIONS = ["lru_crawler metadump hash\r\n", "lru_crawler metadump all\r\n"];

	/**
	 * @param float $timeout seconds to wait for each answer
	 * @param float $patience seconds to wait for the end of another client's list
	 */
	public function __construct(private readonly Node $node, private readonly float $timeout, private readonly float $patience)
	{
	}

	/** @return \Generator<ListedKey> */
	public function keys(): \Generator
	{
		$connection = new Connection($this->node, $this->timeout);
		for ($line = $this->begin($connection); $line !== 'END'; $line = $connection->line()) {
			yield ListedKey::read($line) ?? throw new Failure("{$this->node->name}: unexpected line in the list of keys: $line");
		}
	}

	/** Asks until the server begins its list, and returns the first line of it. */
	private function begin(Connection $connection): string
	{
		$end = microtime(true) + $this->patience;
		for ($pause = 0.02; ; $pause = min(1, 2 * $pause)) {
			$line = $this->askEachWay($connection);
			if (!str_starts_with($line, 'BUSY')) {
				return $line === 'OK' ? $connection->line() : $line; // memcached 1.6.45 says OK first
			}
			if (microtime(true) > $end) {
				throw new Failure(sprintf('%s: another client has been listing its keys for %g s; try again later', $this->node->name, $this->patience));
			}
			usleep((int) (1e6 * $pause));
		}
	}

	private function askEachWay(Connection $connection): string
	{
		foreach (self::QUESTIONS as $question) {
			$connection->send($question);
			$line = $connection->line();
			if (!preg_match('/^(ERROR|CLIENT_ERROR|SERVER_ERROR)/', $line)) {
				return $line;
			}
		}
		throw new Failure("{$this->node->name} does not list its keys ($line): that takes memcached 1.4.31 with its LRU crawler"
			. ' (not -o no_lru_crawler), and dumps must be allowed (not -X)');
	}
}
