<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Agent;

use Symfony\Component\Console\Output\OutputInterface;

/** Writes a line for each thing that an agent sees or does: text for people, or JSON for programs. */
final class Log
{
	private const LATEST = 40;
	private const JSON = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE;

	/** @var array<array<string, mixed>> the last lines, the newest first */
	public array $latest = [];

	public function __construct(private readonly OutputInterface $output, private readonly bool $isJson)
	{
	}

	/**
	 * @param string $event a word for programs
	 * @param string|null $node the node that it is about; null: the agent itself
	 * @param string $words the rest of the sentence that begins with the node
	 * @param array<string, mixed> $facts for programs
	 */
	public function write(string $event, ?string $node, string $words, array $facts = []): void
	{
		$time = date(DATE_ATOM);
		$entry = ['time' => $time, 'event' => $event, 'node' => $node, 'message' => ($node ?? 'the agent') . " $words"];
		$this->latest = array_slice([$entry, ...$this->latest], 0, self::LATEST);
		$line = $this->isJson
			? json_encode($entry + $facts, self::JSON)
			: "$time " . ($node ?? 'the agent') . ' ' . strtr($words, ["\r" => ' ', "\n" => ' ']);
		$this->output->writeln($line, OutputInterface::OUTPUT_RAW);
	}
}
