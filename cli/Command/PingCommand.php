<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\Node;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Table;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Asks each node for its version, one after the other. */
final class PingCommand extends PoolCommand
{
	protected function configure(): void
	{
		$this->setName('ping');
		$this->setDescription('asks each node for an answer, and measures how long it takes');
		$this->setHelp(<<<'TEXT'
			Asks each node of the pool for its version, over a connection of its own, and prints the time of the fastest of
			several answers, without the time to connect. The exit code is 0 if every node has answered, and 1 if not; the
			reason is beside the node.
			TEXT);
		parent::configure();
		$this->addOption('count', 'c', InputOption::VALUE_REQUIRED, 'How often each node is asked.', '3');
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$pool = Pool::ofValues($input->getOption('servers'));
		$count = (int) $this->number($input, 'count', 1, '3');
		$answers = array_values(array_map(fn(Node $node) => $this->ask($pool, $node, $count), $pool->nodes()));
		if ($input->getOption('json')) {
			$this->printJson($output, $answers);
		} else {
			$this->printTable($output, $answers);
		}
		return in_array(false, array_column($answers, 'answered'), true) ? ExitCode::BAD : ExitCode::GOOD;
	}

	/** @return array<string, mixed> */
	private function ask(Pool $pool, Node $node, int $count): array
	{
		$client = $pool->alone($node);
		$version = $client->getVersion();
		$best = INF;
		for ($i = 0; $version && $i < $count; $i++) {
			$began = hrtime(true);
			$version = $client->getVersion();
			$best = min($best, (hrtime(true) - $began) / 1e6);
		}
		$answered = (bool) $version;
		return [
			'node' => $node->name,
			'answered' => $answered,
			'milliseconds' => $answered ? round($best, 3) : null,
			'version' => $answered ? (string) reset($version) : null,
			'reason' => $answered ? null : $client->getLastErrorMessage(),
		];
	}

	private function printTable(OutputInterface $output, array $answers): void
	{
		$rows = array_map(fn(array $answer) => $answer['answered']
			? [$answer['node'], Format::milliseconds($answer['milliseconds']), $answer['version']]
			: [$answer['node'], 'none', $answer['reason']], $answers);
		Table::print($output, ['node', 'answer', ''], $rows, [1]);
	}
}
