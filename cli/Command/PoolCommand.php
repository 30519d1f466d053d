<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Pool\PoolOptions;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** What all commands have in common: the options that name the pool, and --json. */
abstract class PoolCommand extends Command
{
	protected function configure(): void
	{
		PoolOptions::addTo($this);
		$this->addOption('json', 'j', InputOption::VALUE_NONE, 'Prints JSON for programs instead of text for people.');
	}

	/** Carries the command out, and returns an exit code. */
	abstract protected function carryOut(InputInterface $input, OutputInterface $output): int;

	final protected function execute(InputInterface $input, OutputInterface $output): int
	{
		PoolOptions::apply($input);
		return $this->carryOut($input, $output);
	}

	final protected function printJson(OutputInterface $output, mixed $value): void
	{
		$flags = JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE | JSON_PRESERVE_ZERO_FRACTION;
		$output->writeln(json_encode($value, $flags), OutputInterface::OUTPUT_RAW);
	}

	/** The option's number, or null if it was not given. */
	final protected function number(InputInterface $input, string $option, float $least, string $example): ?float
	{
		$text = $input->getOption($option);
		if ($text === null) {
			return null;
		}
		if (!is_numeric($text) || (float) $text < $least) {
			throw new UsageError("--$option=$text: expected a number, at least $least, for instance --$option=$example");
		}
		return (float) $text;
	}
}
