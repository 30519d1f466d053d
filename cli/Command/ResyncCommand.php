<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\ExitCode;
use McHA\Cli\Format;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Resync\Aftercheck;
use McHA\Cli\Resync\LeftOut;
use McHA\Cli\Resync\Plan;
use McHA\Cli\Resync\Resync;
use McHA\Cli\Resync\StateFolder;
use McHA\Cli\Sweep\Incarnations;
use McHA\Cli\Sweep\Lister;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\Sweep\Spool;
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
		$this->addOption('after', null, InputOption::VALUE_REQUIRED,
			'Seconds until a repaired key is looked at once more. Without it: 2.5 more than mcha.operation_timeout, which must be the application\'s.');
	}

	public function complete(CompletionInput $input, CompletionSuggestions $suggestions): void
	{
		if ($input->mustSuggestArgumentValuesFor('node') && (string) ini_get('mcha.servers') !== '') {
			$suggestions->suggestValues(array_keys(Pool::ofValues(null)->nodes()));
		}
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$began = microtime(true);
		$patience = $this->number($input, 'wait', 0, '60');
		$rate = $this->number($input, 'rate', 0, '1000');
		$spaces = $this->spaces($input);
		$target = $this->target($input, $spaces->pool());
		$plan = new Plan($input->getOption('state') ?? StateFolder::choose(), $spaces->fingerprint() . ' ' . $target);
		$processes = Incarnations::await($spaces->pool(), $target, $patience);
		$absent = array_keys(array_diff_key($spaces->pool()->nodes(), $processes));
		[$spool, $state] = $this->begin($input, $output, $plan, $spaces, $target, $processes, $patience);

		$delay = $this->number($input, 'after', 0, '3.5') ?? $spaces->pool()->operationTime() + 2.5;
		$aftercheck = new Aftercheck($spaces, $processes, $delay);
		$leftOut = new LeftOut($spaces->pool(), $absent, $target);
		$resync = new Resync($spaces, $aftercheck, $leftOut, $rate, $patience);
		$this->repairAll($input, $output, $resync, $spool, $plan, $state);
		$spool->remove();
		$plan->finish();
		return $this->conclude($input, $output, $target, [
			'restarted' => $this->restarted($spaces, $state['processes'], $target),
			'keys' => $state['keys'],
			'looked' => $resync->looked,
			'stored' => $resync->stored,
			'taken_back' => $aftercheck->takenBack,
			'incomplete' => $resync->incomplete,
			'absent' => $leftOut->absent,
			'distrusted' => $leftOut->distrusted,
			'left' => $resync->left,
			'unlisted' => $state['unlisted'],
			'seconds' => round(microtime(true) - $began, 1),
		]);
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

	/**
	 * The nodes that were restarted meanwhile, of those whose copies the resync was about: they have lost what it had stored.
	 *
	 * @return string[]
	 */
	private function restarted(Spaces $spaces, array $processes, ?string $target): array
	{
		$now = Incarnations::ofAll($spaces->pool());
		return array_values(array_filter($target === null ? array_keys($processes) : [$target],
			static fn(string $name) => !Incarnations::areSame([$name => $processes[$name]], array_intersect_key($now, [$name => 1]))));
	}

	/**
	 * Goes on with an earlier plan, or lists all keys.
	 *
	 * @return array{Spool, array<string, mixed>}
	 */
	private function begin(InputInterface $input, OutputInterface $output, Plan $plan, Spaces $spaces, ?string $target, array $processes, float $patience): array
	{
		$earlier = $input->getOption('anew') ? null : $plan->earlier();
		if ($earlier && Incarnations::areSame($earlier['processes'], $processes)) {
			$this->note($input, $output, "Going on after $earlier[done] of $earlier[keys] keys.");
			return [new Spool($plan->path('keys'), false), $earlier];
		}
		$spool = new Spool($plan->path('keys'), true);
		$lister = new Lister($spaces, $patience);
		$keys = $lister->write($spool, static fn(string $key, array $roles) => $target === null || ($roles[$target] ?? '') === 'home', $target);
		$state = ['listed' => time(), 'keys' => $keys, 'unlisted' => $lister->unlisted, 'processes' => $processes, 'offset' => 0, 'done' => 0];
		$plan->save($state);
		return [$spool, $state];
	}

	private function repairAll(InputInterface $input, OutputInterface $output, Resync $resync, Spool $spool, Plan $plan, array $state): void
	{
		$bar = $this->progressBar($input, $output, $state['keys'], $state['done']);
		$resync->run($spool, $state['offset'], $state['done'], static function (int $keys, int $offset, int $done) use ($bar, $plan): void {
			$bar->advance($keys);
			$plan->save(['offset' => $offset, 'done' => $done]);
		});
		$bar->finish();
		$bar->clear();
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
