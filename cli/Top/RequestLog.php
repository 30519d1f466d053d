<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Top;

use McHA\Cli\Failure;
use McHA\Cli\Pool\Node;
use McHA\Cli\Server\Connection;
use McHA\Cli\Server\NoAnswer;

/**
 * The requests that one node carries out, as its log tells them ("watch"). The log is a connection's own: nothing else can
 * be asked over it. The server never waits for the reader: it leaves out lines, and says how many.
 */
final class RequestLog
{
	/** Servers that have no stream of deletions (1.6.18) refuse the first one; deletions look like reads there. */
	private const QUESTIONS = ["watch fetchers mutations deletions\r\n", "watch fetchers mutations\r\n"];
	private const LINE = '/^(?:ts=\S+ gid=\d+ type=(item_get|item_store|deleted) key=(\S+)(?: status=(\S+))?.*?(?: size=(\d+))?|(?:\[skipped: |skipped=)(\d+)\]?)\r?$/m';
	private const CHUNK = 1 << 17;

	public int $lines = 0;
	public int $skipped = 0; // lines that the node has left out
	private readonly Connection $connection;
	private string $rest = ''; // the begin of a line
	private ?Request $heldBack = null; // a read that may be the look-up of a write

	public function __construct(public readonly Node $node, float $timeout)
	{
		$this->connection = new Connection($node, $timeout);
		$answer = $this->begin();
		if ($answer !== 'OK') {
			throw new Failure("{$node->name} does not tell its requests ($answer): that takes memcached 1.5 or newer itself, not a proxy, and its"
				. ' log must be allowed (not -W) and watched by less than 20 others');
		}
		stream_set_blocking($this->connection->stream(), false);
		stream_set_chunk_size($this->connection->stream(), self::CHUNK);
	}

	private function begin(): string
	{
		try {
			foreach (self::QUESTIONS as $question) {
				$this->connection->send($question);
				$answer = $this->connection->line();
				if ($answer !== 'ERROR') {
					break;
				}
			}
			return $answer;
		} catch (NoAnswer $silence) {
			throw $silence;
		} catch (Failure) {
			return 'it closed the connection'; // as twemproxy does
		}
	}

	/** @return resource to wait for */
	public function stream()
	{
		return $this->connection->stream();
	}

	/**
	 * The requests that the node has told since the last time.
	 *
	 * @return \Generator<Request>
	 */
	public function requests(): \Generator
	{
		$chunk = fread($this->connection->stream(), self::CHUNK);
		if ($chunk === false || ($chunk === '' && feof($this->connection->stream()))) {
			throw new Failure("{$this->node->name}: the server closed the connection");
		}
		$text = $this->rest . $chunk;
		$end = strrpos($text, "\n");
		if ($end === false) {
			$this->rest = $text;
			return;
		}
		$this->rest = substr($text, $end + 1);
		preg_match_all(self::LINE, substr($text, 0, $end), $lines, PREG_SET_ORDER);
		foreach ($lines as $line) {
			if (isset($line[5])) {
				$this->skipped += (int) $line[5];
			} else {
				$this->lines++;
				yield from $this->take(new Request($line[1], rawurldecode($line[2]), $line[3] ?? '', (int) ($line[4] ?? 0)));
			}
		}
	}

	/** The read that was held back. */
	public function last(): ?Request
	{
		$last = $this->heldBack;
		$this->heldBack = null;
		return $last;
	}

	/**
	 * A write looks its key up first, which the log tells as a read in the line before.
	 *
	 * @return \Generator<Request>
	 */
	private function take(Request $request): \Generator
	{
		$before = $this->last();
		if ($before && ($request->isRead() || $before->key !== $request->key)) {
			yield $before;
		}
		if ($request->isRead()) {
			$this->heldBack = $request;
		} else {
			yield $request;
		}
	}
}
