<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Http;

/**
 * A small HTTP server in one process: short answers, one request for each connection, bounded in number, size and time. It
 * is no server for the public: TLS, compression and the like belong to the web server in front of it.
 */
final class Server
{
	private const CONNECTIONS_MAX = 64;

	/** @var array<int, Connection> */
	private array $connections = [];

	/**
	 * @param resource $listener a socket that listens
	 * @param callable(Request): Response $answer
	 */
	public function __construct(private readonly mixed $listener, private readonly mixed $answer)
	{
	}

	/**
	 * Waits for clients, and for something to read from another stream.
	 *
	 * @param resource $other
	 * @return bool whether the other stream has something to read
	 */
	public function step(mixed $other, float $seconds): bool
	{
		$read = [-1 => $other, -2 => $this->listener] + array_map(static fn(Connection $connection) => $connection->stream, $this->connections);
		$write = array_map(static fn(Connection $connection) => $connection->stream,
			array_filter($this->connections, static fn(Connection $connection) => $connection->wantsToWrite()));
		$except = null;
		$most = $this->connections ? 0.2 : $seconds; // so that time limits are kept
		if (@stream_select($read, $write, $except, 0, (int) (1e6 * min($most, $seconds))) === false) {
			return false;
		}
		array_map(fn(int $id) => $this->connections[$id]->write(), array_keys($write));
		array_map(fn(int $id) => $this->connections[$id]->read(), array_filter(array_keys($read), static fn(int $id) => $id >= 0));
		$this->sortOut();
		isset($read[-2]) && $this->accept();
		return isset($read[-1]);
	}

	private function sortOut(): void
	{
		$now = microtime(true);
		foreach ($this->connections as $id => $connection) {
			$connection->isOver || $connection->heedTime($now);
			if ($connection->isOver) {
				unset($this->connections[$id]);
				fclose($connection->stream);
			}
		}
	}

	private function accept(): void
	{
		// so many at once, so that a flood of new clients does not keep the others waiting
		for ($i = 0; $i < self::CONNECTIONS_MAX && ($stream = @stream_socket_accept($this->listener, 0, $peer)); $i++) {
			if (count($this->connections) >= self::CONNECTIONS_MAX) {
				Connection::turnAway($stream);
			} else {
				$this->connections[get_resource_id($stream)] = new Connection($stream, (string) $peer, $this->answer);
			}
		}
	}
}
