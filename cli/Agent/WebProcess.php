<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA\Cli\Failure;
use McHA\Cli\Http\ListenAddress;

/**
 * A process beside the agent that answers HTTP, so that no client can hold up the agent: the agent tells it what it has
 * seen, by a pipe that never blocks, and reads from it what people ask for. A third process does nothing but start that
 * one again if it fails. (The agent cannot do that later: its locks and connections are not for a child.)
 */
final class WebProcess
{
	private const MEMORY = '256M';
	private const PAUSE = 1; // seconds, before a process that has failed is started again

	/** @var resource */
	private $pipe;
	private string $unsent = '';
	private string $received = '';

	/**
	 * Must be called before this process has opened anything.
	 *
	 * @param callable(resource $listener, resource $pipe): void $serve returns when the agent has closed the pipe
	 */
	public function __construct(ListenAddress $address, callable $serve)
	{
		if (!function_exists('pcntl_fork')) {
			throw new Failure('--listen needs PHP\'s extension pcntl');
		}
		$listener = $address->listen();
		[$own, $other] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
		if (pcntl_fork() === 0) {
			fclose($own);
			self::keep(static fn() => $serve($listener, $other));
		}
		fclose($other);
		fclose($listener);
		stream_set_blocking($own, false);
		$this->pipe = $own;
	}

	/** Runs the server in a child, again and again until it ends well. */
	private static function keep(callable $serve): never
	{
		do {
			$pid = pcntl_fork();
			if ($pid === 0) {
				ini_set('memory_limit', self::MEMORY);
				$serve();
				exit(0);
			}
			$status = 1;
			$pid > 0 && pcntl_waitpid($pid, $status);
			$status && sleep(self::PAUSE);
		} while ($status);
		exit(0);
	}

	/**
	 * Tells the process what the agent sees. If it is too busy to listen, this news is left out.
	 *
	 * @param array<string, mixed> $report
	 */
	public function tell(array $report): void
	{
		if ($this->unsent === '') {
			$this->unsent = json_encode($report, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION) . "\n";
		}
		$written = @fwrite($this->pipe, $this->unsent);
		$this->unsent = substr($this->unsent, (int) $written);
	}

	/** @return string[] the nodes that people want to be resynchronised */
	public function wishes(): array
	{
		$this->received .= (string) @fread($this->pipe, 8192);
		$lines = explode("\n", $this->received);
		$this->received = substr((string) array_pop($lines), 0, 8192);
		return $lines;
	}
}
