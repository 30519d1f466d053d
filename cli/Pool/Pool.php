<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Pool;

use McHA;
use McHA\Cli\Failure;
use McHA\Cli\UsageError;

/** A client of the pool that the command line names, and the nodes of that pool. */
final class Pool
{
	/** @var array<string, McHA> node => a client that asks it alone; of nodes that only the previous pool has */
	private array $previous = [];

	public function __construct(public readonly McHA $client)
	{
	}

	/** The pool of the application's values. */
	public static function ofValues(?string $servers, string $prefix = ''): self
	{
		return self::make($servers ?? '', $prefix);
	}

	/** The pool of sessions, placed as the directives mcha.sess_* say. */
	public static function ofSessions(?string $servers): self
	{
		$path = (string) ini_get('session.save_path');
		$own = in_array(ini_get('session.save_handler'), ['mcha', 'memcached'], true);
		$pool = self::make($servers ?? ($own ? $path : ''), (string) ini_get('mcha.sess_prefix'));
		$pool->client->setOptions(SessionPlacement::options());
		return $pool;
	}

	private static function make(string $servers, string $prefix): self
	{
		if ($servers === '' && (string) ini_get('mcha.servers') === '') {
			throw new UsageError('no pool is named: give --servers=10.0.0.1:11211,10.0.0.2:11211, or set mcha.servers in php.ini');
		}
		$client = new McHA(null, null, $servers === '' ? ini_get('mcha.servers') : $servers);
		$client->setOption(McHA::OPT_NEAR_CACHE, 'none');
		if ($prefix !== '' && !@$client->setOption(McHA::OPT_PREFIX_KEY, $prefix)) {
			throw new UsageError("the prefix \"$prefix\" is too long, or has characters that no key may have");
		}
		return new self($client);
	}

	/** @return array<string, Node> by name; those of the previous pool come last */
	public function nodes(): array
	{
		$nodes = [];
		foreach ($this->client->getNodes() as $facts) {
			$node = new Node($facts);
			$nodes[$node->name] = $node;
		}
		return $nodes;
	}

	public function node(string $name): Node
	{
		$nodes = $this->nodes();
		return $nodes[$name] ?? $nodes["$name:11211"]
			?? throw new UsageError("$name is no node of this pool, which has " . implode(', ', array_keys($nodes)));
	}

	/** A client that asks this node alone. */
	public function alone(Node $node): McHA
	{
		$client = new McHA(null, null, $node->name);
		foreach ([McHA::OPT_CONNECT_TIMEOUT, McHA::OPT_OPERATION_TIMEOUT, McHA::OPT_PROTOCOL] as $option) {
			$client->setOption($option, $this->client->getOption($option));
		}
		$client->setOption(McHA::OPT_PREVIOUS_SERVERS, ''); // which it has from mcha.previous_servers
		return $client;
	}

	/**
	 * What all nodes that answer say of themselves. getStats() leaves out nodes that only the previous pool has, as an
	 * application has no use for them: they are asked one by one.
	 *
	 * @param array<string, string> $reasons is given node => why it did not answer
	 * @return array<string, array<string, mixed>> node => its statistics
	 */
	public function stats(array &$reasons = []): array
	{
		$stats = $this->client->getStats() ?: [];
		$reasons = $this->client->getLastReplication()['failed'];
		foreach ($this->nodes() as $name => $node) {
			if ($node->isPrevious()) {
				$client = $this->previous[$name] ??= $this->alone($node);
				$stats += $client->getStats() ?: [];
				$reasons += $client->getLastReplication()['failed'];
			}
		}
		return $stats;
	}

	public function checkKey(string $key): void
	{
		if (!$this->client->checkKey($key)) {
			throw new UsageError("\"$key\" cannot be a key: a key has 1 to 250 bytes with its prefix, without spaces and control characters");
		}
	}

	/** The number of copies that each value is meant to have. */
	public function copies(): int
	{
		return 1 + (int) $this->client->getOption(McHA::OPT_NUMBER_OF_REPLICAS);
	}

	/** The longest that one operation of a client with the same settings takes, in seconds. */
	public function operationTime(): float
	{
		return $this->client->getOption(McHA::OPT_OPERATION_TIMEOUT) / 1000;
	}

	public function failure(string $what): Failure
	{
		return new Failure("$what: " . $this->client->getLastErrorMessage());
	}
}
