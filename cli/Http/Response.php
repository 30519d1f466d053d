<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Http;

/** An answer. */
final class Response
{
	private const REASONS = [200 => 'OK', 303 => 'See Other', 400 => 'Bad Request', 401 => 'Unauthorized', 403 => 'Forbidden',
		404 => 'Not Found', 405 => 'Method Not Allowed', 408 => 'Request Timeout', 411 => 'Length Required', 413 => 'Content Too Large',
		414 => 'URI Too Long', 421 => 'Misdirected Request', 429 => 'Too Many Requests', 431 => 'Request Header Fields Too Large',
		500 => 'Internal Server Error', 501 => 'Not Implemented', 503 => 'Service Unavailable', 505 => 'HTTP Version Not Supported'];

	/** @param array<string, string> $headers */
	public function __construct(public readonly int $status, public readonly string $body, public readonly array $headers)
	{
	}

	/** @param array<string, string> $headers */
	public static function text(int $status, string $body, array $headers = []): self
	{
		return new self($status, $body, $headers + ['Content-Type' => 'text/plain; charset=utf-8', 'X-Content-Type-Options' => 'nosniff',
			'Cache-Control' => 'no-store']);
	}

	/** The bytes to send. The connection is closed behind them. */
	public function bytes(bool $withBody): string
	{
		$head = "HTTP/1.1 $this->status " . self::REASONS[$this->status] . "\r\n";
		foreach ($this->headers + ['Content-Length' => (string) strlen($this->body), 'Connection' => 'close'] as $name => $value) {
			$head .= "$name: $value\r\n";
		}
		return "$head\r\n" . ($withBody ? $this->body : '');
	}
}
