<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Failure;
use McHA\Cli\Format;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Table;
use McHA\Cli\Top\RequestLog;
use McHA\Cli\Top\Sample;
use McHA\Cli\Top\Tally;
use McHA\Cli\UsageError;
use McHA\Cli\Value;
use Symfony\Component\Console\Formatter\OutputFormatter;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** The keys that are read and written most. */
final class TopCommand extends PoolCommand
{
	private const ORDERS = ['reads', 'writes', 'bytes'];

	protected function configure(): void
	{
		$this->setName('top');
		$this->setDescription('shows which keys are read and written most');
		$this->setHelp(<<<'TEXT'
			Follows the logs of all nodes (memcached's watch) for some seconds, and prints the keys that were used most, as they
			are on the servers: what the nodes did for each in a second, how many of the reads found a value, the bytes of the
			values that were read and written, the size of the last one, and how many nodes had to do with the key. With --group
			and a delimiter, keys that have the same text before the first one are added up: with a colon, user:42 and user:43
			are user:*.

			The figures are what nodes carried out. A write goes to each copy of a key: it counts once, as the command divides
			by the number of copies (mcha.number_of_replicas). A read counts at each node that was asked for it: a key that is
			nowhere is looked for on each of its home nodes, on the first of them twice. memcached's log tells increments and touches as reads, and
			deletions, too, on servers that have no log of their own for them (1.6.18).

			A busy node leaves out lines of its log, and never waits for the reader. How many were left out is said below the
			table; the figures are then a sample, and lower than what nodes did. The command remembers 8192 keys at a time,
			however many are used: a key with more than a four-thousandth of the traffic is found for certain.

			A node has more to do while it is watched: docs/command-line.md has how much. With --watch the command goes on until
			it is interrupted (Ctrl-C). With --watch --json it prints a line of JSON each time.

			The exit code is 3 if a node does not tell its requests, or ends meanwhile; the reason is below the table.
			TEXT);
		parent::configure();
		$this->addOption('by', null, InputOption::VALUE_REQUIRED, 'What counts: reads, writes or bytes.', 'reads');
		$this->addOption('limit', 'l', InputOption::VALUE_REQUIRED, 'How many keys are printed, at most.', '20');
		$this->addOption('group', 'g', InputOption::VALUE_REQUIRED, 'The delimiter behind which keys of a group differ, for instance a colon.', '');
		$this->addOption('seconds', null, InputOption::VALUE_REQUIRED, 'How long the logs are followed.', '5');
		$this->addOption('watch', 'w', InputOption::VALUE_NONE, 'Again and again, each time for the seconds of --seconds.');
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$by = $input->getOption('by');
		if (!in_array($by, self::ORDERS, true)) {
			throw new UsageError("--by=$by: expected " . implode(', ', self::ORDERS));
		}
		$limit = (int) $this->number($input, 'limit', 1, '20');
		$seconds = $this->number($input, 'seconds', 0.1, '5');
		$pool = Pool::ofValues($input->getOption('servers'));
		$failed = [];
		$logs = $this->open($pool, $failed);
		do {
			$sample = new Sample($by, $input->getOption('group'));
			$before = self::droppedByNodes($pool);
			$failed += $sample->take($logs, $seconds);
			$sample->dropped += max(0, self::droppedByNodes($pool) - $before);
			$this->show($input, $output, $sample, $limit, min($pool->copies(), count($pool->nodes())), count($logs), $failed);
		} while ($input->getOption('watch') && $logs);
		return $failed ? ExitCode::FAILED : ExitCode::GOOD;
	}

	/**
	 * @param array<string, string> $failed is given node => why it cannot be watched
	 * @return array<string, RequestLog> by node
	 */
	private function open(Pool $pool, array &$failed): array
	{
		$logs = [];
		foreach ($pool->nodes() as $name => $node) {
			try {
				$logs[$name] = new RequestLog($node, max(5, $pool->operationTime()));
			} catch (Failure $failure) {
				$failed[$name] = $failure->getMessage();
			}
		}
		return $logs ?: throw new Failure('no node tells its requests: ' . implode('; ', $failed));
	}

	/** Lines that threads of servers could not write into their logs. */
	private static function droppedByNodes(Pool $pool): int
	{
		return (int) array_sum(array_map(static fn(array $stats) => $stats['log_worker_dropped'] ?? 0, $pool->stats()));
	}

	private function show(InputInterface $input, OutputInterface $output, Sample $sample, int $limit, int $copies, int $nodes, array $failed): void
	{
		$rows = [];
		foreach ($sample->sketch->greatest($limit) as $key => $tally) {
			$rows[] = self::describe((string) $key, $tally, $sample->seconds, $copies);
		}
		$whole = ['seconds' => round($sample->seconds, 3), 'reads' => round($sample->reads / $sample->seconds, 3),
			'writes' => round($sample->writes / $sample->seconds / $copies, 3), 'lines' => $sample->lines, 'dropped' => $sample->dropped,
			'error' => $sample->sketch->error];
		if ($input->getOption('json')) {
			$this->printJson($output, $whole + ['failed' => (object) $failed, 'keys' => $rows]);
			return;
		}
		if ($input->getOption('watch') && $output->isDecorated()) {
			$output->write("\e[H\e[2J", false, OutputInterface::OUTPUT_RAW); // to the top of an empty screen
		}
		$this->printTable($output, $rows);
		$output->writeln(sprintf('%d nodes in %.1f s: %s reads/s, %s writes/s.', $nodes, $sample->seconds, Format::rate($whole['reads']), Format::rate($whole['writes'])));
		$this->printNotes($output, $sample, $failed);
	}

	/** @return array<string, mixed> */
	private static function describe(string $key, Tally $tally, float $seconds, int $copies): array
	{
		return [
			'key' => Value::forJson($key),
			'text' => Format::printable($key),
			'reads' => round($tally->reads / $seconds, 3),
			'hits' => $tally->reads ? round($tally->hits / $tally->reads, 4) : null,
			'writes' => round($tally->writes / $seconds / $copies, 3),
			'bytes' => round($tally->bytes / $seconds, 3),
			'size' => $tally->size,
			'nodes' => array_keys($tally->nodes),
		];
	}

	private function printTable(OutputInterface $output, array $rows): void
	{
		Table::print($output, ['key', 'reads/s', 'hits', 'writes/s', 'bytes/s', 'size', 'nodes'], array_map(static fn(array $row) => [
			OutputFormatter::escape($row['text']), Format::rate($row['reads']), $row['hits'] === null ? '-' : Format::share($row['hits'], 1),
			Format::rate($row['writes']), Format::bytes($row['bytes']), Format::bytes($row['size']), count($row['nodes']),
		], $rows), [1, 2, 3, 4, 5, 6]);
	}

	private function printNotes(OutputInterface $output, Sample $sample, array $failed): void
	{
		$errors = $output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output;
		if ($sample->dropped) {
			$errors->writeln(sprintf('This is a sample: busy nodes have left out %s of %s lines of their logs.', Format::count($sample->dropped), Format::count($sample->dropped + $sample->lines)));
		}
		if ($sample->sketch->error) {
			$errors->writeln('More keys were used than are remembered: a key may lack up to ' . Format::rate($sample->sketch->error / $sample->seconds) . ' of what counts in a second.');
		}
		foreach ($failed as $reason) {
			$errors->writeln($reason, OutputInterface::OUTPUT_RAW);
		}
	}
}
