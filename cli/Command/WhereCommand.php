<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\Copies;
use McHA\Cli\Pool\Node;
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
		$pool->client->getVersion(); // until a node was asked, its state is unknown
		$copies = new Copies($pool->client->inspect($key));
		$unasked = $pool->client->getLastReplication()['failed'];
		if ($input->getOption('json')) {
			$this->printJson($output, ['key' => $key, 'verdict' => $copies->verdict(array_keys($unasked)), 'nodes' => $copies->nodes]);
		} else {
			$this->printTable($output, $copies, $unasked);
			$output->writeln('', OutputInterface::OUTPUT_RAW);
			$output->writeln(Copies::SENTENCES[$copies->verdict(array_keys($unasked))], OutputInterface::OUTPUT_RAW);
		}
		return $copies->verdict(array_keys($unasked)) === 'complete' ? ExitCode::GOOD : ExitCode::BAD;
	}

	private function printTable(OutputInterface $output, Copies $copies, array $unasked): void
	{
		$rows = array_map(static function (array $node) use ($unasked): array {
			$row = [Node::nameOf($node), $node['zone'], $node['role'], $node['state']];
			$reason = $unasked[Node::nameOf($node)] ?? null;
			return match (true) {
				$reason !== null => [...$row, $reason],
				$node['found'] => [...$row, Format::bytes($node['size']), Format::life($node['ttl']), $node['flags'], (string) $node['version']],
				default => [...$row, $node['deleted'] ? 'deleted' : 'none'],
			};
		}, $copies->nodes);
		Table::print($output, ['node', 'zone', 'role', 'state', 'copy', 'life', 'flags', 'version'], $rows);
	}
}
