<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Http;

use McHA\Cli\Failure;
use McHA\Cli\UsageError;

/** An address and a port to listen on, as the command line has them: 127.0.0.1:9150, [::1]:9150, localhost:9150. */
final class ListenAddress
{
	private function __construct(public readonly string $host, public readonly int $port)
	{
	}

	public static function read(string $option, string $text): self
	{
		$isAddress = preg_match('/^(?:\[([0-9a-fA-F:.]+)\]|([^:\[\]]+)):(\d{1,5})$/', $text, $found);
		$host = $isAddress ? ($found[1] !== '' ? $found[1] : $found[2]) : '';
		$ip = $host === 'localhost' ? '127.0.0.1' : $host;
		if (!filter_var($ip, FILTER_VALIDATE_IP) || (int) $found[3] < 1 || (int) $found[3] > 65535) {
			throw new UsageError("--$option=$text: expected an IP address and a port, for instance --$option=127.0.0.1:9150 or --$option=[::1]:9150");
		}
		return new self($ip, (int) $found[3]);
	}

	/** Only processes of this host can connect. */
	public function isLoopback(): bool
	{
		return $this->host === '::1' || preg_match('/^127\.\d+\.\d+\.\d+$/', $this->host) === 1;
	}

	public function text(): string
	{
		return (str_contains($this->host, ':') ? "[$this->host]" : $this->host) . ":$this->port";
	}

	/** @return resource a socket that listens */
	public function listen()
	{
		$context = stream_context_create(['socket' => ['backlog' => 64, 'ipv6_v6only' => true]]);
		$socket = @stream_socket_server('tcp://' . $this->text(), $code, $reason, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
		if (!$socket) {
			throw new Failure('cannot listen on ' . $this->text() . ": $reason");
		}
		stream_set_blocking($socket, false);
		return $socket;
	}
}
