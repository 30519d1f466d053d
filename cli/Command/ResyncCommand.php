<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Resync\Pass;
use McHA\Cli\Resync\Plan;
use McHA\Cli\Resync\StateFolder;
use McHA\Cli\Sweep\Incarnations;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Completion\CompletionInput;
use Symfony\Component\Console\Completion\CompletionSuggestions;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Gives nodes the copies that they lack. */
final class ResyncCommand extends SweepCommand
{
	protected function configure(): void
	{
		$this->setName('resync');
		$this->setDescription('gives a node that came back empty, or all nodes, the copies that they lack');
		$this->setHelp(<<<'TEXT'
			Lists the keys of all other nodes, and stores on the node those that belong there and that it lacks, with the
			remaining life, flags and version that they have elsewhere; an older version of a value is replaced by the newer
			one. Without a node: on every node. Run it after each restart of a node, and before the next one: values that no
			client reads are lost otherwise when their second node is restarted.

			The command copies by McHA's own read repair: it never replaces what is newer, never copies what has missed a
			write, and looks at every repaired key once more when all operations are over that were under way, so that nothing
			is brought back that was deleted meanwhile. Locks are not copied.

			An interrupted resync goes on where it stopped when the same command is given again, unless a node was restarted
			meanwhile. If a node is restarted while the command runs, the exit code is 3. The command needs as much room in the
			folder of --state as all keys together take.

			Servers that do not list their keys (memcached before 1.4.31, -o no_lru_crawler, -X, SASL) are named, and the exit
			code is then 3, as their keys may lack copies. If another program is listing a node's keys, this one waits for it.

			Keys of which a copy is old and the newer value cannot be read are left aside, tried again for --wait seconds at the
			end, and named with the reason if they are left then. So are nodes that do not answer for --wait seconds, or are
			distrusted. The exit code is then 1.
			TEXT);
		$this->addArgument('node', InputArgument::OPTIONAL, 'The node, as mcha status shows it; without it: all nodes.');
		parent::configure();
		$this->addOption('state', null, InputOption::VALUE_REQUIRED, 'The folder for the list of keys. Without it the first that can be written to of $XDG_STATE_HOME/mcha, ~/.local/state/mcha, and mcha- with the user\'s number in $TMPDIR or /var/tmp.');
		$this->addOption('anew', null, InputOption::VALUE_NONE, 'Begins anew instead of going on where an earlier resync stopped.');
		$this->addOption('after', null, InputOption::VALUE_REQUIRED, self::AFTER);
	}

	public function complete(CompletionInput $input, CompletionSuggestions $suggestions): void
	{
		if ($input->mustSuggestArgumentValuesFor('node') && (string) ini_get('mcha.servers') !== '') {
			$suggestions->suggestValues(array_keys(Pool::ofValues(null)->nodes()));
		}
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$patience = $this->number($input, 'wait', 0, '60');
		$spaces = $this->spaces($input);
		$target = $this->target($input, $spaces->pool());
		$targets = $target === null ? null : [$target];
		$plan = new Plan($input->getOption('state') ?? StateFolder::choose(), Pass::subject($spaces, $targets));
		$processes = Incarnations::await($spaces->pool(), $target, $patience);
		$delay = $this->number($input, 'after', 0, '3.5') ?? $spaces->pool()->operationTime() + 2.5;
		$pass = new Pass($spaces, $plan, $targets, $this->number($input, 'rate', 0, '1000'), $patience, $delay);
		$extent = $input->getOption('anew') ? null : $pass->resume($processes, true);
		if ($extent) {
			$this->note($input, $output, "Going on after $extent[done] of $extent[keys] keys.");
		}
		$extent ??= $pass->list($processes);
		$bar = $this->progressBar($input, $output, $extent['keys'], $extent['done']);
		$result = $pass->run(static fn(int $keys) => $bar->advance($keys));
		$bar->finish();
		$bar->clear();
		return $this->conclude($input, $output, $target, $result);
	}

	/** The name of the node that the command line names; null: none. */
	private function target(InputInterface $input, Pool $pool): ?string
	{
		$node = $input->getArgument('node') === null ? null : $pool->node($input->getArgument('node'));
		if ($node?->isPrevious()) {
			throw new UsageError("$node->name is a node of the previous pool alone, which is given no copies");
		}
		return $node?->name;
	}

	private function conclude(InputInterface $input, OutputInterface $output, ?string $target, array $result): int
	{
		if ($input->getOption('json')) {
			$this->printJson($output, ['node' => $target] + array_map(static fn(array $map) => (object) $map, array_intersect_key($result, ['unlisted' => 1, 'distrusted' => 1, 'left' => 1])) + $result);
		} else {
			$output->writeln(sprintf('%s: looked at %s keys, stored %s copies in %s s.', $target ?? 'all nodes', Format::count($result['looked']),
				Format::count($result['stored']), $result['seconds']));
		}
		if ($result['taken_back']) {
			$this->note($input, $output, "$result[taken_back] of these copies were taken back: clients deleted or changed the values meanwhile.");
		}
		foreach ($result['unlisted'] as $reason) {
			$this->note($input, $output, "Some keys may still lack a copy: $reason.");
		}
		foreach ($result['absent'] as $name) {
			$this->note($input, $output, "$name does not answer: its copies were not looked at.");
		}
		foreach ($result['distrusted'] as $name => $reason) {
			$this->note($input, $output, "$name: its copies were not looked at: $reason.");
		}
		$this->noteLeft($input, $output, $result['left']);
		foreach ($result['restarted'] as $name) {
			$this->note($input, $output, "$name was restarted meanwhile, or does not answer any more: give the command again.");
		}
		return match (true) {
			$result['unlisted'] !== [] || $result['restarted'] !== [] => ExitCode::FAILED,
			$result['incomplete'] > 0 || $result['absent'] || $result['distrusted'] || $result['left'] => ExitCode::BAD,
			default => ExitCode::GOOD,
		};
	}
}
