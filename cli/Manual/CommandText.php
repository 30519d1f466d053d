<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Manual;

use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputOption;

/** What a command says of itself, for the manual page and for docs/command-line.md. */
final class CommandText
{
	/** The options that all commands have. */
	private const COMMON = ['servers', 'set', 'timeout', 'json'];

	public function __construct(private readonly Command $command)
	{
	}

	public function name(): string
	{
		return (string) $this->command->getName();
	}

	public function description(): string
	{
		return $this->command->getDescription();
	}

	public function synopsis(): string
	{
		$words = [$this->name()];
		foreach ($this->command->getDefinition()->getArguments() as $argument) {
			$word = strtoupper($argument->getName());
			$words[] = $argument->isRequired() ? $word : "[$word]";
		}
		return implode(' ', $words);
	}

	/** @return string[] paragraphs of one line each */
	public function paragraphs(): array
	{
		return array_map(static fn(string $paragraph) => preg_replace('/\s*\n\s*/', ' ', trim($paragraph)),
			preg_split('/\n\s*\n/', $this->command->getHelp()));
	}

	/** @return array<string, string> argument => what it is */
	public function arguments(): array
	{
		$texts = [];
		foreach ($this->command->getDefinition()->getArguments() as $argument) {
			$texts[strtoupper($argument->getName())] = $argument->getDescription();
		}
		return $texts;
	}

	/** @return array<string, string> option => what it does */
	public function options(bool $common = false): array
	{
		$texts = [];
		foreach ($this->command->getDefinition()->getOptions() as $option) {
			if (in_array($option->getName(), self::COMMON, true) === $common) {
				$texts[self::form($option)] = $option->getDescription();
			}
		}
		return $texts;
	}

	private static function form(InputOption $option): string
	{
		$value = strtoupper($option->getName());
		$long = "--{$option->getName()}" . match (true) {
			$option->isValueRequired() => "=$value",
			$option->isValueOptional() => "[=$value]",
			default => '',
		};
		return $option->getShortcut() ? "-{$option->getShortcut()}, $long" : $long;
	}
}
