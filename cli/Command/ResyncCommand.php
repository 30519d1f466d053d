<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Resync\Pass;
use McHA\Cli\Resync\Plan;
use McHA\Cli\Sweep\Incarnations;
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
			meanwhile. If a node is restarted while the command runs, the exit code is 3. The command needs as much room in the folder of --state as all keys together take.

			Servers that do not list their keys (memcached before 1.4.31, -o no_lru_crawler, -X, SASL) are named, and the exit
			code is then 3, as their keys may lack copies. If another program is listing a node's keys, this one waits for it.
			The exit code is 1 if some home node could not be asked.
			TEXT);
		$this->addArgument('node', InputArgument::OPTIONAL, 'The node, as mcha status shows it; without it: all nodes.');
		parent::configure();
		$this->addOption('state', null, InputOption::VALUE_REQUIRED, 'The folder for the list of keys. Without it: $XDG_STATE_HOME/mcha, or ~/.local/state/mcha.');
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
		$targets = $input->getArgument('node') === null ? null : [$spaces->pool()->node($input->getArgument('node'))->name];
		$plan = new Plan($input->getOption('state') ?? Plan::defaultFolder(), Pass::subject($spaces, $targets));
		$processes = Incarnations::await($spaces->pool(), $targets[0] ?? null, $patience);
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
		return $this->conclude($input, $output, $targets[0] ?? null, $result);
	}

	private function conclude(InputInterface $input, OutputInterface $output, ?string $target, array $result): int
	{
		if ($input->getOption('json')) {
			$this->printJson($output, ['node' => $target] + ['unlisted' => (object) $result['unlisted']] + $result);
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
		foreach ($result['restarted'] as $name) {
			$this->note($input, $output, "$name was restarted meanwhile, or does not answer any more: give the command again.");
		}
		return match (true) {
			$result['unlisted'] !== [] || $result['restarted'] !== [] => ExitCode::FAILED,
			$result['incomplete'] > 0 || $result['absent'] !== [] => ExitCode::BAD,
			default => ExitCode::GOOD,
		};
	}
}
