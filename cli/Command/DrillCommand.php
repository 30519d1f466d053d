<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Drill\Count;
use McHA\Cli\Drill\Losses;
use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Sweep\Lister;
use McHA\Cli\Sweep\WorkFolder;
use McHA\Cli\Table;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** What would be lost with each node, and each zone. */
final class DrillCommand extends SweepCommand
{
	protected function configure(): void
	{
		$this->setName('drill');
		$this->setDescription('tells what would be lost if a node, or a zone, was gone now');
		$this->setHelp(<<<'TEXT'
			Lists the keys of all nodes, asks the home nodes of each key whether they have it, and counts for each node, and for
			each zone if the pool has several, the keys of which no other home node has a copy. Nothing is broken, or changed:
			run it before you restart a node, and at any time to see whether the pool stands the loss of one.

			Keys that are written meanwhile may have only one copy at the moment of the look, and count as lost.

			The exit code is 0 if nothing would be lost with any node, or with any zone; 1 if something would; and 3 if a node
			does not list its keys.
			TEXT);
		parent::configure();
		$this->addSample();
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$spaces = $this->spaces($input);
		$folder = new WorkFolder();
		$spool = $folder->spool();
		$lister = new Lister($spaces, $this->number($input, 'wait', 0, '60'));
		$keys = $lister->write($spool, $this->sample($input));
		$all = Losses::of($spaces->pool()->nodes());
		$bar = $this->progressBar($input, $output, $keys);
		$unknown = (new Count($spaces, $this->number($input, 'rate', 0, '1000')))->run($spool, $all, static fn(int $count) => $bar->advance($count));
		$bar->clear();
		$result = ['keys' => $keys, 'unknown' => $unknown, 'unlisted' => (object) $lister->unlisted, 'losses' => array_map($this->describe(...), $all)];
		if ($input->getOption('json')) {
			$this->printJson($output, $result);
		} else {
			$this->printTable($output, $all, $keys);
		}
		foreach ($lister->unlisted as $reason) {
			$this->note($input, $output, "Keys were left out: $reason.");
		}
		if ($unknown) {
			$this->note($input, $output, 'Of ' . Format::count($unknown) . ' keys some home node gave no answer: its copies count as lost already.');
		}
		return match (true) {
			$lister->unlisted !== [] => ExitCode::FAILED,
			array_sum(array_map(static fn(Losses $losses) => $losses->lost, $all)) > 0 => ExitCode::BAD,
			default => ExitCode::GOOD,
		};
	}

	/** @return array<string, mixed> */
	private function describe(Losses $losses): array
	{
		return [$losses->kind => $losses->name, 'held' => $losses->held, 'lost' => $losses->lost, 'sessions' => $losses->sessions, 'bytes' => $losses->bytes];
	}

	/** @param Losses[] $all */
	private function printTable(OutputInterface $output, array $all, int $keys): void
	{
		$rows = array_map(static fn(Losses $losses) => ["$losses->kind $losses->name", Format::count($losses->held), Format::count($losses->lost),
			Format::share($losses->lost, $keys), Format::count($losses->sessions), Format::bytes($losses->bytes)], $all);
		Table::print($output, ['without', 'holds keys', 'would be lost', '', 'sessions of them', 'bytes'], $rows, [1, 2, 3, 4, 5]);
	}
}
