<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Dump\Reader;
use McHA\Cli\Dump\Target;
use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Sweep\Throttle;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Stores the items of a dump. */
final class RestoreCommand extends SweepCommand
{
	private const BATCH_ITEMS = 200;
	private const BATCH_BYTES = 1 << 20;

	protected function configure(): void
	{
		$this->setName('restore');
		$this->setDescription('stores the items of a dump in a pool of any shape');
		$this->setHelp(<<<'TEXT'
			Stores each item of a file of mcha dump on its home nodes in this pool, with its value, flags and version, and for
			what is left of its life. A key that some home node has is left as it is, unless --overwrite is given. Items whose
			life is over are left out. A restore that was interrupted can be given again.

			The whole file is verified first, so that nothing is stored of a damaged one; standard input is verified while it
			is read. The exit code is 1 if some home node has not stored its copy: mcha resync does so later.
			TEXT);
		$this->addArgument('file', InputArgument::REQUIRED, 'A file that mcha dump has written; - is standard input.');
		parent::configure();
		$this->addOption('overwrite', null, InputOption::VALUE_NONE, 'Replaces what is there, newer or not.');
		$this->addOption('verify', null, InputOption::VALUE_NONE, 'Reads the file, and stores nothing.');
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$began = microtime(true);
		$path = $input->getArgument('file');
		$items = $path === '-' && !$input->getOption('verify') ? 0 : $this->verify($path);
		if ($input->getOption('verify')) {
			$input->getOption('json') ? $this->printJson($output, ['items' => $items]) : $output->writeln("$path is complete: " . Format::count($items) . ' items.');
			return ExitCode::GOOD;
		}
		$target = new Target($this->spaces($input), $input->getOption('overwrite'));
		$bar = $this->progressBar($input, $output, $items);
		$throttle = new Throttle($this->number($input, 'rate', 0, '1000'));
		foreach ($this->batches(new Reader($path)) as $records) {
			$throttle->pass(count($records));
			$target->store($records);
			$bar->advance(count($records));
		}
		$bar->clear();
		return $this->conclude($input, $output, $target, round(microtime(true) - $began, 1));
	}

	private function verify(string $path): int
	{
		return iterator_count((new Reader($path))->records());
	}

	/** @return \Generator<\McHA\Cli\Dump\Record[]> */
	private function batches(Reader $reader): \Generator
	{
		$records = [];
		$bytes = 0;
		foreach ($reader->records() as $record) {
			$records[] = $record;
			$bytes += strlen($record->value);
			if (count($records) >= self::BATCH_ITEMS || $bytes >= self::BATCH_BYTES) {
				yield $records;
				[$records, $bytes] = [[], 0];
			}
		}
		yield $records;
	}

	private function conclude(InputInterface $input, OutputInterface $output, Target $target, float $seconds): int
	{
		if ($input->getOption('json')) {
			$this->printJson($output, ['stored' => $target->stored, 'kept' => $target->kept, 'ended' => $target->ended, 'incomplete' => $target->failed,
				'failed' => (object) $target->reasons, 'seconds' => $seconds]);
		} else {
			$output->writeln(sprintf('%s items stored in %s s; %s keys were there already, the life of %s items was over.', Format::count($target->stored), $seconds,
				Format::count($target->kept), Format::count($target->ended)));
		}
		foreach ($target->reasons as $node => $reason) {
			$this->note($input, $output, "$node has not stored some copies: $reason.");
		}
		return $target->failed ? ExitCode::BAD : ExitCode::GOOD;
	}
}
