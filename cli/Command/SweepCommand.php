<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Format;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Helper\ProgressBar;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\NullOutput;
use Symfony\Component\Console\Output\OutputInterface;

/** A command about all keys of a pool. */
abstract class SweepCommand extends PoolCommand
{
	public const PREFIX = 'A prefix that the application gives its keys (OPT_PREFIX_KEY); once for each prefix. That of sessions need not be named.';
	public const AFTER = 'Seconds until a repaired key is looked at once more. Without it: 2.5 more than mcha.operation_timeout, which must be the application\'s.';
	protected const EXAMPLES = 10; // keys that are named to people

	protected function configure(): void
	{
		parent::configure();
		$this->addOption('prefix', 'p', InputOption::VALUE_REQUIRED | InputOption::VALUE_IS_ARRAY, self::PREFIX);
		$this->addOption('rate', 'r', InputOption::VALUE_REQUIRED, 'Keys a second at most; 0: as fast as it can be.', '0');
		$this->addOption('wait', null, InputOption::VALUE_REQUIRED, 'Seconds to wait for a node that does not answer.', '60');
	}

	final protected function spaces(InputInterface $input): Spaces
	{
		return new Spaces($input->getOption('servers'), $input->getOption('prefix'));
	}

	final protected function addSample(): void
	{
		$this->addOption('sample', null, InputOption::VALUE_REQUIRED, 'Per cent of the keys, chosen by their hash: 1 looks at one key in a hundred.', '100');
	}

	/** @return callable(string): bool whether a key belongs to the sample; all copies of a key do, or none */
	final protected function sample(InputInterface $input): callable
	{
		$percent = $this->number($input, 'sample', 0.0001, '1');
		if ($percent > 100) {
			throw new UsageError('--sample=' . $input->getOption('sample') . ': expected per cent, at most 100');
		}
		return static fn(string $key) => $percent >= 100 || crc32($key) % 1000000 < $percent * 10000;
	}

	/** On a terminal, unless the output is for programs. */
	final protected function progressBar(InputInterface $input, OutputInterface $output, int $keys, int $done = 0): ProgressBar
	{
		$errors = $output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output;
		$bar = new ProgressBar($errors->isDecorated() && !$input->getOption('json') ? $errors : new NullOutput(), $keys);
		$bar->setFormat(' %current% of %max% keys [%bar%] %percent:3s% %, %remaining% left');
		$bar->start();
		$bar->setProgress($done);
		return $bar;
	}

	/**
	 * Names some of the keys that could not be repaired; JSON has all of them.
	 *
	 * @param array<string, string> $left key => why
	 */
	final protected function noteLeft(InputInterface $input, OutputInterface $output, array $left): void
	{
		if ($left) {
			$this->note($input, $output, Format::count(count($left)) . (count($left) === 1 ? ' key' : ' keys') . ' could not be repaired' . (count($left) > self::EXAMPLES ? ', for instance' : '') . ':');
		}
		foreach (array_slice($left, 0, self::EXAMPLES, true) as $key => $reason) {
			$this->note($input, $output, "$key: $reason");
		}
	}

	/** What people, and only people, are told beside the result. */
	final protected function note(InputInterface $input, OutputInterface $output, string $words): void
	{
		if (!$input->getOption('json')) {
			($output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output)->writeln($words, OutputInterface::OUTPUT_RAW);
		}
	}
}
