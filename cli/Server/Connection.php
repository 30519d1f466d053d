<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Server;

use McHA\Cli\Failure;
use McHA\Cli\Pool\Node;

/**
 * A connection to one node, for what the extension does not do: listing keys, and raw copies of items. It speaks the meta
 * protocol, many requests at a time. After a failure it cannot be used any more.
 */
final class Connection
{
	/** @var resource */
	private $stream;

	public function __construct(private readonly Node $node, private readonly float $timeout)
	{
		$stream = @stream_socket_client($node->address(), $code, $reason, $timeout);
		if (!$stream) {
			throw new NoAnswer("$node->name: could not connect: $reason");
		}
		stream_set_timeout($stream, (int) $timeout, (int) (1e6 * fmod($timeout, 1)));
		$this->stream = $stream;
	}

	public function __destruct()
	{
		if (isset($this->stream)) {
			fclose($this->stream);
		}
	}

	public function send(string $bytes): void
	{
		for ($sent = 0; $sent < strlen($bytes); $sent += $written) {
			$written = @fwrite($this->stream, $sent ? substr($bytes, $sent) : $bytes);
			if (!$written) {
				throw $this->broken();
			}
		}
	}

	/** The next line, without its end. */
	public function line(): string
	{
		$line = fgets($this->stream, 65536);
		if ($line === false || !str_ends_with($line, "\n")) {
			throw $this->broken();
		}
		return rtrim($line, "\r\n");
	}

	/** @return resource for a caller that waits for several connections at once */
	public function stream()
	{
		return $this->stream;
	}

	/**
	 * Sends requests of the meta protocol, and returns their answers in the same order.
	 *
	 * @param string[] $requests each with its line end, none of them with the flag q
	 * @return Answer[]
	 */
	public function ask(array $requests): array
	{
		$this->send(implode('', $requests));
		return array_map(fn() => $this->answer(), $requests);
	}

	private function answer(): Answer
	{
		$words = explode(' ', $this->line());
		$code = array_shift($words);
		if ($code !== 'VA') {
			// a SERVER_ERROR refuses this request alone: the item is too large, or the server has no memory for it
			if (!in_array($code, ['HD', 'EN', 'NF', 'NS', 'EX', 'MN', 'SERVER_ERROR'], true)) {
				throw new Failure("{$this->node->name}: unexpected answer: " . implode(' ', [$code, ...$words]));
			}
			return new Answer($code, $words, null);
		}
		$size = (int) array_shift($words);
		return new Answer($code, $words, substr($this->bytes($size + 2), 0, $size));
	}

	private function bytes(int $count): string
	{
		$bytes = stream_get_contents($this->stream, $count);
		if ($bytes === false || strlen($bytes) < $count) {
			throw $this->broken();
		}
		return $bytes;
	}

	private function broken(): Failure
	{
		$silent = stream_get_meta_data($this->stream)['timed_out'];
		return $silent ? new NoAnswer(sprintf('%s: no answer for %g s', $this->node->name, $this->timeout))
			: new Failure("{$this->node->name}: the server closed the connection");
	}
}
