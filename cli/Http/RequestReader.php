<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Http;

/**
 * Makes a request of the bytes that a client sends. It refuses whatever HTTP/1.1 does not allow, and what is larger than a
 * browser or a monitoring system sends.
 */
final class RequestReader
{
	private const LINE_MAX = 4096;
	private const HEAD_MAX = 16384;
	private const BODY_MAX = 4096;

	public bool $wantsBody = true; // of the answer; what came first may have said HEAD
	private string $bytes = '';

	public function __construct(private readonly string $peer)
	{
	}

	/** The request, as soon as all of it is there; null: not yet. */
	public function take(string $bytes): ?Request
	{
		$this->bytes .= $bytes;
		$this->wantsBody = !str_starts_with($this->bytes, 'HEAD ');
		$end = strpos($this->bytes, "\r\n\r\n");
		$this->limit($end);
		if ($end === false) {
			return null;
		}
		$lines = explode("\r\n", substr($this->bytes, 0, $end));
		[$method, $target] = self::requestLine(array_shift($lines));
		$headers = self::headers($lines);
		$body = substr($this->bytes, $end + 4);
		$length = $method === 'POST' ? self::length($headers) : 0;
		if (strlen($body) < $length) {
			return null;
		}
		[$path, $query] = explode('?', $target, 2) + [1 => ''];
		return new Request($method, rawurldecode($path), Request::fields($query), $headers, Request::fields(substr($body, 0, $length)), $this->peer);
	}

	private function limit(int|false $end): void
	{
		$line = strpos($this->bytes, "\r\n");
		if (($line === false ? strlen($this->bytes) : $line) > self::LINE_MAX) {
			throw new Refusal(414, 'The address is too long.');
		}
		if (($end === false ? strlen($this->bytes) : $end) > self::HEAD_MAX) {
			throw new Refusal(431, 'The headers are too long.');
		}
		if ($line === false && !preg_match('/^[A-Z]*( |$)/', $this->bytes)) {
			throw new Refusal(400, 'This is no HTTP request.');
		}
	}

	/** @return array{string, string} the method and the target */
	private static function requestLine(string $line): array
	{
		if (!preg_match('/^([A-Z]+) (\/[\x21-\x7e]*) HTTP\/(\d\.\d)$/', $line, $found)) {
			throw new Refusal(400, 'This is no request that can be answered.');
		}
		if ($found[3] !== '1.1' && $found[3] !== '1.0') {
			throw new Refusal(505, 'Only HTTP/1.1 is spoken here.');
		}
		if (!in_array($found[1], ['GET', 'HEAD', 'POST'], true)) {
			throw new Refusal(405, 'This method is not allowed.', ['Allow' => 'GET, HEAD']);
		}
		return [$found[1], $found[2]];
	}

	/**
	 * @param string[] $lines
	 * @return array<string, string>
	 */
	private static function headers(array $lines): array
	{
		$headers = [];
		foreach ($lines as $line) {
			if (!preg_match('/^([!#$%&\'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\x00-\x08\x0a-\x1f\x7f]*?)[ \t]*$/D', $line, $found)) {
				throw new Refusal(400, 'A header is not valid.');
			}
			$name = strtolower($found[1]);
			if (isset($headers[$name]) && in_array($name, ['host', 'content-length', 'authorization'], true)) {
				throw new Refusal(400, "The header $name is there twice.");
			}
			$headers[$name] = isset($headers[$name]) ? "$headers[$name]; $found[2]" : $found[2];
		}
		return $headers;
	}

	/** @param array<string, string> $headers */
	private static function length(array $headers): int
	{
		if (isset($headers['transfer-encoding'])) {
			throw new Refusal(501, 'Bodies in chunks are not read.');
		}
		if (!isset($headers['content-length'])) {
			throw new Refusal(411, 'The length of the body is missing.');
		}
		if (!preg_match('/^\d{1,18}$/D', $headers['content-length'])) {
			throw new Refusal(400, 'The length of the body is not valid.');
		}
		if ((int) $headers['content-length'] > self::BODY_MAX) {
			throw new Refusal(413, 'The body is too long.');
		}
		return (int) $headers['content-length'];
	}
}
