<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\Copies;
use McHA\Cli\Pool\Node;
use McHA\Cli\Pool\Whereabouts;
use McHA\Cli\Table;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** The preference list of a key, and what each node holds. */
final class WhereCommand extends KeyCommand
{
	protected function configure(): void
	{
		$this->setName('where');
		$this->setDescription('shows on which nodes a key lies, and what each of them holds');
		$this->setHelp(<<<'TEXT'
			Prints all nodes in the order in which the key prefers them, and what each holds of it: size, remaining life, client
			flags and version. The first nodes, its home nodes, are meant to have a copy. Changes nothing, and does not count
			as an access of the value.

			The exit code is 0 if all home nodes have the same copy, and 1 if some home node has none, or another one, or could
			not be asked, or if no node has the key.
			TEXT);
		parent::configure();
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$pool = $this->poolOf($input);
		$key = $input->getArgument('key');
		$where = Whereabouts::of($pool, $key);
		if ($input->getOption('json')) {
			$this->printJson($output, ['key' => $key, 'verdict' => $where->verdict(), 'nodes' => $where->copies->nodes]);
		} else {
			$this->printTable($output, $where);
			$output->writeln('', OutputInterface::OUTPUT_RAW);
			$output->writeln(Copies::SENTENCES[$where->verdict()], OutputInterface::OUTPUT_RAW);
		}
		return $where->verdict() === 'complete' ? ExitCode::GOOD : ExitCode::BAD;
	}

	private function printTable(OutputInterface $output, Whereabouts $where): void
	{
		$rows = array_map(static function (array $node) use ($where): array {
			$row = [Node::nameOf($node), $node['zone'], $node['role'], $node['state']];
			$reason = $where->reasonOf($node);
			return match (true) {
				$reason !== null => [...$row, $reason],
				$node['found'] => [...$row, Format::bytes($node['size']), Format::life($node['ttl']), $node['flags'], (string) $node['version']],
				default => [...$row, $node['deleted'] ? 'deleted' : 'none'],
			};
		}, $where->copies->nodes);
		Table::print($output, ['node', 'zone', 'role', 'state', 'copy', 'life', 'flags', 'version'], $rows);
	}
}
