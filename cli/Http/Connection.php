<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Http;

/** A client's connection, for one request. What the client sends and takes slowly keeps no other one waiting. */
final class Connection
{
	private const READ_TIME = 10; // seconds until the request must be there
	private const WRITE_TIME = 20; // seconds until the client must have taken the answer
	private const LINGER_TIME = 1; // seconds in which the client may read the answer while what it still sends is thrown away
	private const LINGER_MAX = 1 << 20; // bytes of it

	public bool $isOver = false;
	private readonly RequestReader $reader;
	private float $deadline;
	private ?string $unsent = null; // null: the request is not complete
	private bool $lingers = false;
	private int $discarded = 0;

	/**
	 * @param resource $stream
	 * @param callable(Request): Response $answer
	 */
	public function __construct(public readonly mixed $stream, string $peer, private readonly mixed $answer)
	{
		stream_set_blocking($stream, false);
		stream_set_read_buffer($stream, 0);
		$this->reader = new RequestReader(preg_replace('/^\[?(.*?)\]?:\d+$/', '$1', $peer));
		$this->deadline = microtime(true) + self::READ_TIME;
	}

	public function wantsToWrite(): bool
	{
		return $this->unsent !== null && !$this->lingers;
	}

	public function read(): void
	{
		$bytes = @fread($this->stream, 8192);
		// feof() would wait for more bytes
		if ($bytes === false || ($bytes === '' && stream_get_meta_data($this->stream)['eof'])) {
			$this->isOver = true;
		} elseif ($this->lingers) {
			$this->discarded += strlen($bytes);
			$this->isOver = $this->discarded > self::LINGER_MAX;
		} elseif ($bytes !== '' && $this->unsent === null) {
			$this->take($bytes);
		}
	}

	private function take(string $bytes): void
	{
		try {
			$request = $this->reader->take($bytes);
			if ($request) {
				$this->respond(($this->answer)($request));
			}
		} catch (Refusal $refusal) {
			$this->respond($refusal->response());
		} catch (\Throwable $error) {
			error_log("mcha: a request has failed: $error");
			$this->respond((new Refusal(500, 'This page has failed; the log says why.'))->response());
		}
	}

	private function respond(Response $response): void
	{
		$this->unsent = $response->bytes($this->reader->wantsBody);
		$this->deadline = microtime(true) + self::WRITE_TIME;
		$this->write();
	}

	public function write(): void
	{
		$written = @fwrite($this->stream, $this->unsent);
		if ($written === false) {
			$this->isOver = true;
			return;
		}
		$this->unsent = substr($this->unsent, $written);
		if ($this->unsent === '') {
			// to close at once would throw away the answer if the client is still sending
			$this->lingers = true;
			$this->deadline = microtime(true) + self::LINGER_TIME;
			stream_socket_shutdown($this->stream, STREAM_SHUT_WR);
		}
	}

	/** Ends what has lasted for too long. */
	public function heedTime(float $now): void
	{
		if ($now < $this->deadline) {
			return;
		}
		if ($this->unsent === null) {
			$this->respond((new Refusal(408, 'The request took too long.'))->response());
		} else {
			$this->isOver = true;
		}
	}

	/** A connection that this server has no room for. */
	public static function turnAway(mixed $stream): void
	{
		stream_set_blocking($stream, false);
		@fwrite($stream, (new Refusal(503, 'Too many clients at once.', ['Retry-After' => '5']))->response()->bytes(true));
		fclose($stream);
	}
}
