<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Dump\Source;
use McHA\Cli\Dump\Writer;
use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Sweep\Lister;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\Throttle;
use McHA\Cli\Sweep\WorkFolder;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** Writes all items of a pool into a file. */
final class DumpCommand extends SweepCommand
{
	protected function configure(): void
	{
		$this->setName('dump');
		$this->setDescription('writes all values and sessions of the pool into a file');
		$this->setHelp(<<<'TEXT'
			Writes each key once, with its value as it is on the servers, flags, end of life and version: of several copies the
			newest one. What belongs to one key was there at one moment; different keys are read at different moments, while
			the application goes on. Locks are left out, and values that only handoff nodes have.

			The file is compressed (gzip), and has a checksum. It gets its name when it is complete. mcha restore reads it into
			a pool of any shape.

			The exit code is 3 if a node does not list its keys, and 1 if a key could not be read; the file then has all
			others.
			TEXT);
		$this->addArgument('file', InputArgument::REQUIRED, 'The file; - is standard output.');
		parent::configure();
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$began = microtime(true);
		$spaces = $this->spaces($input);
		$folder = new WorkFolder();
		$spool = $folder->spool();
		$lister = new Lister($spaces, $this->number($input, 'wait', 0, '60'));
		$keys = $lister->write($spool, static fn() => true);
		$source = new Source($spaces);
		$items = $this->write($input, $output, new Writer($input->getArgument('file')), $source, $spool, $keys);
		$result = ['items' => $items, 'unknown' => $source->unknown, 'unlisted' => (object) $lister->unlisted, 'seconds' => round(microtime(true) - $began, 1)];
		if ($input->getOption('json') && $input->getArgument('file') !== '-') {
			$this->printJson($output, $result);
		}
		$this->note($input, $output, sprintf('%s items written in %s s.', Format::count($items), $result['seconds']));
		foreach ($lister->unlisted as $reason) {
			$this->note($input, $output, "Keys may be missing: $reason.");
		}
		if ($source->unknown) {
			$this->note($input, $output, Format::count($source->unknown) . ' keys could not be read: their nodes gave no answer.');
		}
		return $lister->unlisted ? ExitCode::FAILED : ($source->unknown ? ExitCode::BAD : ExitCode::GOOD);
	}

	private function write(InputInterface $input, OutputInterface $output, Writer $writer, Source $source, Spool $spool, int $keys): int
	{
		$throttle = new Throttle($this->number($input, 'rate', 0, '1000'));
		$bar = $this->progressBar($input, $output, $keys);
		$items = 0;
		try {
			foreach ($spool->batches(0) as $some) {
				$throttle->pass(count($some));
				foreach ($source->read($some) as $record) {
					$writer->add($record);
					$items++;
				}
				$bar->advance(count($some));
			}
			$writer->finish();
		} catch (\Throwable $error) {
			$writer->abandon();
			throw $error;
		} finally {
			$bar->clear();
		}
		return $items;
	}
}
