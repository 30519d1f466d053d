<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Drill\Count;
use McHA\Cli\Drill\Losses;
use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\Node;
use McHA\Cli\Resync\Aftercheck;
use McHA\Cli\Resync\LeftOut;
use McHA\Cli\Resync\Resync;
use McHA\Cli\Sweep\Incarnations;
use McHA\Cli\Sweep\Lister;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
use McHA\Cli\Sweep\WorkFolder;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Gives the other home nodes what only one node has. */
final class DrainCommand extends SweepCommand
{
	protected function configure(): void
	{
		$this->setName('drain');
		$this->setDescription('stores on other nodes what only one node has, so that it can be restarted');
		$this->setHelp(<<<'TEXT'
			Lists the keys of the node, and stores each of them on those of its other home nodes that lack it, as mcha resync
			does. Then looks at all these keys again, and counts those that still lie on the node alone. The node keeps what it
			has, and is used as before: restart it, or take it out of the pool, when the exit code is 0.

			Before a node is restarted that was healthy there is nothing to copy, and the command takes a moment. Values of
			which the pool keeps one copy (mcha.number_of_replicas=0) have no other home node.

			The exit code is 1 if some key lies on the node alone, or some home node gave no answer, and 3 if the node does not
			list its keys.
			TEXT);
		$this->addArgument('node', InputArgument::REQUIRED, 'The node, as mcha status shows it.');
		parent::configure();
		$this->addOption('after', null, InputOption::VALUE_REQUIRED, self::AFTER);
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$spaces = $this->spaces($input);
		$node = $spaces->pool()->node($input->getArgument('node'));
		if ($node->isPrevious()) {
			throw new UsageError("$node->name is a node of the previous pool alone, and the home of no key: mcha resync copies what it has");
		}
		$folder = new WorkFolder();
		$spool = $folder->spool();
		$keys = $this->list($input, $spaces, $node, $spool);
		[$stored, $takenBack] = $this->repair($input, $output, $spaces, $spool, $keys);
		$left = new Losses('node', $node->name, [$node->name]);
		$unknown = (new Count($spaces, $this->number($input, 'rate', 0, '1000')))->run($spool, [$left], static fn() => null);
		return $this->conclude($input, $output, ['node' => $node->name, 'keys' => $keys, 'stored' => $stored, 'taken_back' => $takenBack,
			'left' => $left->lost, 'unknown' => $unknown]);
	}

	private function list(InputInterface $input, Spaces $spaces, Node $node, Spool $spool): int
	{
		$lister = new Lister($spaces, $this->number($input, 'wait', 0, '60'));
		return $lister->write($spool, static fn(string $key, array $roles) => ($roles[$node->name] ?? '') === 'home', [$node->name => $node]);
	}

	/** @return array{int, int} how many copies were stored, and taken back */
	private function repair(InputInterface $input, OutputInterface $output, Spaces $spaces, Spool $spool, int $keys): array
	{
		$processes = Incarnations::ofAll($spaces->pool());
		$absent = array_keys(array_diff_key($spaces->pool()->nodes(), $processes));
		$delay = $this->number($input, 'after', 0, '3.5') ?? $spaces->pool()->operationTime() + 2.5;
		$aftercheck = new Aftercheck($spaces, $processes, $delay);
		$resync = new Resync($spaces, $aftercheck, new LeftOut($spaces->pool(), $absent, null), $this->number($input, 'rate', 0, '1000'), $this->number($input, 'wait', 0, '60'));
		$bar = $this->progressBar($input, $output, $keys);
		$resync->run($spool, 0, 0, static fn(int $count) => $bar->advance($count));
		$bar->clear();
		return [$resync->stored, $aftercheck->takenBack];
	}

	private function conclude(InputInterface $input, OutputInterface $output, array $result): int
	{
		$isDrained = $result['left'] + $result['unknown'] === 0;
		if ($input->getOption('json')) {
			$this->printJson($output, $result);
		} else {
			[$keys, $stored, $left] = array_map(Format::count(...), [$result['keys'], $result['stored'], $result['left']]);
			$output->writeln("$result[node]: $keys keys, $stored copies stored on other nodes.");
			$output->writeln($isDrained ? 'Each key has a copy on another node.' : "$left keys lie on this node alone.");
		}
		if ($result['unknown']) {
			$this->note($input, $output, 'Of ' . Format::count($result['unknown']) . ' keys some home node gave no answer: its copies do not count.');
		}
		return $isDrained ? ExitCode::GOOD : ExitCode::BAD;
	}
}
