<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use McHA\Cli\Dashboard\Dashboard;
use McHA\Cli\Dashboard\Gate;
use McHA\Cli\Dashboard\History;
use McHA\Cli\Dashboard\Source;
use McHA\Cli\Dashboard\State;
use McHA\Cli\Http\Refusal;
use McHA\Cli\Http\Request;
use McHA\Cli\Http\Response;
use McHA\Cli\Http\Server;

/** What runs in the agent's web process: hears from the agent, and answers HTTP. */
final class WebWorker implements Source
{
	private ?State $state = null;
	private string $received = '';
	private bool $isOver = false;
	private readonly History $history;
	private readonly Dashboard $dashboard;

	/** @param resource $pipe to and from the agent */
	public function __construct(private readonly mixed $pipe, Gate $gate, ?string $servers, bool $allowsChanges)
	{
		stream_set_blocking($pipe, false);
		$this->history = new History();
		$this->dashboard = new Dashboard($this, $this->history, $gate, $servers, $allowsChanges);
	}

	/**
	 * Returns when the agent has ended.
	 *
	 * @param resource $listener
	 */
	public function run(mixed $listener): void
	{
		$server = new Server($listener, $this->answer(...));
		while (!$this->isOver) {
			$server->step($this->pipe, 60) && $this->hear();
		}
	}

	private function answer(Request $request): Response
	{
		return match ($request->path) {
			'/' => $this->dashboard->answer($request),
			'/metrics' => $this->dashboard->metrics($request),
			default => throw new Refusal(404, 'There is no such page: / has the dashboard, /metrics the metrics.'),
		};
	}

	private function hear(): void
	{
		$bytes = (string) @fread($this->pipe, 65536);
		$this->isOver = $bytes === '' && stream_get_meta_data($this->pipe)['eof'];
		$lines = explode("\n", $this->received . $bytes);
		$this->received = array_pop($lines);
		// only the last one is of interest; after a worker that has failed, the first line may be the end of one
		$report = $lines ? json_decode(end($lines), true) : null;
		if (is_array($report)) {
			$this->state = State::ofReport($report);
			$this->history->add($this->state);
		}
	}

	public function state(): ?State
	{
		return $this->state;
	}

	public function hasAgent(): bool
	{
		return true;
	}

	public function requestResync(string $node): void
	{
		@fwrite($this->pipe, "$node\n");
	}
}
