<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA;
use McHA\Cli\Check\Checker;
use McHA\Cli\Check\OldCopies;
use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Resync\Aftercheck;
use McHA\Cli\Resync\LeftOut;
use McHA\Cli\Resync\Resync;
use McHA\Cli\Sweep\Incarnations;
use McHA\Cli\Sweep\Lister;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\WorkFolder;
use McHA\Cli\Table;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Finds keys whose copies are missing or differ. */
final class CheckCommand extends SweepCommand
{
	private const WORDS = [
		'complete' => 'all home nodes have the same copy',
		'missing' => 'some home node has no copy',
		'differing' => 'the home nodes have different copies',
		'none' => 'no home node has the key: it was deleted or has ended meanwhile, or is a handoff copy',
		'unknown' => 'some home node gave no answer',
	];

	protected function configure(): void
	{
		$this->setName('check');
		$this->setDescription('finds keys of which a copy is missing, or differs');
		$this->setHelp(<<<'TEXT'
			Lists the keys of all nodes, and asks the home nodes of each key for its size, flags and version; with --values for
			the value, too. Keys whose copies are missing or differ are looked at three times, so that a write that is on its
			way does not count. Changes nothing, and does not count as an access of the values.

			With --repair the copies that are missing are stored, and older versions are replaced by newer ones, as by mcha
			resync; what is left afterwards is reported. Where servers take no versions (before memcached 1.6.27) nothing tells
			which of two differing copies is the newer one, and only the application can write the key anew.

			With --trust-first, copies that the first home node does not have like that are removed, and nothing else is done:
			a step of the migration from pecl memcached, for pools in which the first home node alone decides
			(mcha.allow_failover=0) and the others are not read.

			The exit code is 1 if a copy is missing or differs, or a node gave no answer, and 3 if a node does not list its
			keys.
			TEXT);
		parent::configure();
		$this->addOption('repair', null, InputOption::VALUE_NONE, 'Stores what is missing, and replaces what is old.');
		$this->addOption('trust-first', null, InputOption::VALUE_NONE, 'Removes copies that differ from the one of the first home node; only with mcha.allow_failover=0.');
		$this->addSample();
		$this->addOption('values', null, InputOption::VALUE_NONE, 'Reads the values from all home nodes, and compares them.');
		$this->addOption('list', null, InputOption::VALUE_NONE, 'Prints each key whose copies are missing or differ, instead of the first ' . self::EXAMPLES . '.');
		$this->addOption('after', null, InputOption::VALUE_REQUIRED,
			'Seconds between two looks at a key. Without it: 2.5 more than mcha.operation_timeout.');
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$spaces = $this->spaces($input);
		$folder = new WorkFolder();
		$delay = $this->number($input, 'after', 0, '3.5') ?? $spaces->pool()->operationTime() + 2.5;
		if ($input->getOption('trust-first')) {
			self::refuseTrust($input, $spaces);
		}
		$lister = new Lister($spaces, $this->number($input, 'wait', 0, '60'));
		$spool = $folder->spool();
		$keys = $lister->write($spool, $this->sample($input));
		if ($input->getOption('trust-first')) {
			return $this->removeOld($input, $output, new OldCopies($spaces, $this->number($input, 'rate', 0, '1000'), $delay), $spool, $folder, $lister, $keys);
		}

		$checker = new Checker($spaces, $this->number($input, 'rate', 0, '1000'), $delay, $input->getOption('values'));
		$bar = $this->progressBar($input, $output, $keys);
		[$counts, $doubtful] = $checker->check($spool, $folder->spool(...), static fn(int $count) => $bar->advance($count));
		$bar->finish();
		$bar->clear();
		$repair = ['stored' => null, 'left' => []];
		if ($input->getOption('repair')) {
			$repair = $this->repair($input, $spaces, $doubtful, $delay);
			[$after, $left] = $checker->check($doubtful, $folder->spool(...), static fn() => null);
			$after['complete'] += $counts['complete'];
			$after['none'] += $counts['none'];
			$after['unknown'] += $counts['unknown'];
			$counts = $after;
			$doubtful = $left;
		}
		return $this->conclude($input, $output, ['keys' => $keys] + $counts + $repair + ['unlisted' => $lister->unlisted], $checker, $doubtful);
	}

	private static function refuseTrust(InputInterface $input, Spaces $spaces): void
	{
		if ($spaces->pool()->client->getOption(McHA::OPT_ALLOW_FAILOVER)) {
			throw new UsageError('--trust-first is for pools in which the first home node alone decides (mcha.allow_failover=0): here another copy may be the right one');
		}
		if ($input->getOption('repair')) {
			throw new UsageError('--trust-first and --repair contradict each other');
		}
	}

	private function removeOld(InputInterface $input, OutputInterface $output, OldCopies $oldCopies, Spool $spool, WorkFolder $folder, Lister $lister, int $keys): int
	{
		$old = $folder->spool();
		$bar = $this->progressBar($input, $output, $keys);
		$found = $oldCopies->find($spool, $folder->spool(...), $old, static fn(int $count) => $bar->advance($count));
		$bar->clear();
		$removed = $found ? $oldCopies->remove($old) : 0;
		if ($input->getOption('json')) {
			$this->printJson($output, ['keys' => $keys, 'removed' => $removed, 'unknown' => $oldCopies->unknown, 'unlisted' => (object) $lister->unlisted]);
		} else {
			$output->writeln(Format::count($keys) . ' keys looked at, ' . Format::count($removed) . ' old copies removed.');
		}
		foreach ($lister->unlisted as $reason) {
			$this->note($input, $output, "Keys were left out: $reason.");
		}
		return match (true) {
			$lister->unlisted !== [] => ExitCode::FAILED,
			$oldCopies->unknown > 0 => ExitCode::BAD,
			default => ExitCode::GOOD,
		};
	}

	/** @return array{stored: int, left: array<string, string>} how many copies were stored; and key => why it could not be repaired */
	private function repair(InputInterface $input, Spaces $spaces, Spool $doubtful, float $delay): array
	{
		$processes = Incarnations::ofAll($spaces->pool());
		$absent = array_keys(array_diff_key($spaces->pool()->nodes(), $processes));
		$leftOut = new LeftOut($spaces->pool(), $absent, null);
		$resync = new Resync($spaces, new Aftercheck($spaces, $processes, $delay), $leftOut, (float) $input->getOption('rate'), (float) $input->getOption('wait'));
		$resync->run($doubtful, 0, 0, static fn() => null);
		return ['stored' => $resync->stored, 'left' => $resync->left];
	}

	private function conclude(InputInterface $input, OutputInterface $output, array $result, Checker $checker, Spool $doubtful): int
	{
		if ($input->getOption('json')) {
			$examples = iterator_to_array($this->states($checker, $doubtful, $input->getOption('list') ? PHP_INT_MAX : self::EXAMPLES));
			$this->printJson($output, ['unlisted' => (object) $result['unlisted'], 'left' => (object) $result['left'], 'examples' => (object) $examples] + $result);
		} else {
			$this->printText($input, $output, $result, $checker, $doubtful);
		}
		return match (true) {
			$result['unlisted'] !== [] => ExitCode::FAILED,
			$result['missing'] + $result['differing'] + $result['unknown'] > 0 => ExitCode::BAD,
			default => ExitCode::GOOD,
		};
	}

	private function printText(InputInterface $input, OutputInterface $output, array $result, Checker $checker, Spool $doubtful): void
	{
		if ($input->getOption('list')) {
			foreach ($this->states($checker, $doubtful, PHP_INT_MAX) as $key => $state) {
				$output->writeln("$state $key", OutputInterface::OUTPUT_RAW);
			}
			return;
		}
		if ($result['stored'] !== null) {
			$output->writeln(sprintf('%s copies stored. Then:', Format::count($result['stored'])));
		}
		$rows = array_map(static fn(string $state) => [Format::count($result[$state]), Format::share($result[$state], $result['keys']), self::WORDS[$state]],
			array_values(array_filter(Checker::STATES, static fn(string $state) => $result[$state] > 0 || $state === 'complete')));
		Table::print($output, ['keys', '', ''], $rows, [0, 1]);
		foreach ($this->states($checker, $doubtful, self::EXAMPLES) as $key => $state) {
			$output->writeln("$state: $key", OutputInterface::OUTPUT_RAW);
		}
		$this->noteLeft($input, $output, $result['left']);
		foreach ($result['unlisted'] as $reason) {
			$this->note($input, $output, "Keys were left out: $reason.");
		}
	}

	/** @return \Generator<string, string> key => state */
	private function states(Checker $checker, Spool $doubtful, int $most): \Generator
	{
		foreach ($doubtful->batches(0) as $keys) {
			foreach ($checker->statesOf(array_slice($keys, 0, $most)) as $key => $state) {
				yield (string) $key => $state;
			}
			$most -= count($keys);
			if ($most <= 0) {
				return;
			}
		}
	}
}
