<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\NodeStatus;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Table;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** The nodes of the pool, once or again and again. */
final class StatusCommand extends PoolCommand
{
	private const HEAD = ['node', 'zone', 'state', 'latency', 'version', 'up for', 'memory', 'of', 'items', 'hit rate', 'evictions', 'hints'];
	private const RIGHT = [3, 5, 6, 7, 8, 9, 10, 11];

	protected function configure(): void
	{
		$this->setName('status');
		$this->setDescription('shows the nodes of the pool: state, latency, memory, hit rate, hints');
		$this->setHelp(<<<'TEXT'
			Asks all nodes for their statistics, and prints a line for each node, sorted by zone. The latency is the average
			that this host has measured. The hits are those of all clients since the node was started, with --watch those since
			the line before. The hints are the writes that the node has missed and that this host knows of; a node with the
			mark "distrusted" has missed more than are remembered. The reason why a node did not answer is below the table.

			With --watch the command goes on until it is interrupted (Ctrl-C). With --watch --json it prints a line of JSON
			each time.

			The exit code is 1 if some node did not answer.
			TEXT);
		parent::configure();
		$this->addOption('watch', 'w', InputOption::VALUE_OPTIONAL, 'Again every so many seconds (2 without a number).', false);
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$pool = Pool::ofValues($input->getOption('servers'));
		if ($input->getOption('watch') === null) {
			$input->setOption('watch', '2');
		}
		$pause = $input->getOption('watch') === false ? null : $this->number($input, 'watch', 0.1, '2');
		$earlier = [];
		do {
			$nodes = NodeStatus::ofAll($pool);
			$this->show($input, $output, $nodes, $earlier, $pause !== null);
			$earlier = array_combine(array_map(static fn(NodeStatus $status) => $status->node->name, $nodes), $nodes);
			usleep((int) (1e6 * ($pause ?? 0)));
		} while ($pause !== null);
		return array_filter($nodes, static fn(NodeStatus $status) => !$status->answers()) ? ExitCode::BAD : ExitCode::GOOD;
	}

	/**
	 * @param NodeStatus[] $nodes
	 * @param array<string, NodeStatus> $earlier by name, from the line before
	 */
	private function show(InputInterface $input, OutputInterface $output, array $nodes, array $earlier, bool $again): void
	{
		$before = static fn(NodeStatus $status) => $earlier[$status->node->name] ?? null;
		if ($input->getOption('json')) {
			$this->printJson($output, array_map(static fn(NodeStatus $status) => $status->describe($before($status)), $nodes));
			return;
		}
		if ($again && $output->isDecorated()) {
			$output->write("\e[H\e[2J", false, OutputInterface::OUTPUT_RAW); // to the top of an empty screen
		}
		if ($again) {
			$output->writeln(date('H:i:s'));
		}
		Table::print($output, self::HEAD, array_map(fn(NodeStatus $status) => $this->row($status, $before($status)), $nodes), self::RIGHT);
		foreach ($nodes as $status) {
			if (!$status->answers()) {
				$output->writeln("{$status->node->name}: " . ($status->reason ?? 'gave no statistics'), OutputInterface::OUTPUT_RAW);
			}
		}
	}

	private function row(NodeStatus $status, ?NodeStatus $earlier): array
	{
		$facts = $status->describe($earlier);
		$role = $facts['role'] === 'primary' ? '' : " ($facts[role])";
		$hints = $facts['hints'] . ($facts['distrusted'] ? ' distrusted' : '');
		if (!$status->answers()) {
			$state = $facts['state'] === 'up' || $facts['state'] === 'unknown' ? 'no answer' : $facts['state'];
			return [$facts['node'], $facts['zone'], "<error>$state</error>$role", '-', '-', '-', '-', '-', '-', '-', '-', $hints];
		}
		return [
			$facts['node'], $facts['zone'], $facts['state'] . $role, Format::milliseconds($facts['latency_us'] / 1000), $facts['version'],
			Format::duration($facts['uptime']), Format::bytes($facts['bytes']), Format::bytes($facts['limit']), Format::count($facts['items']),
			Format::share($facts['hits'], $facts['lookups']), Format::count($facts['evictions']), $hints,
		];
	}
}
