<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Agent\Agent;
use McHA\Cli\Agent\Healer;
use McHA\Cli\Agent\Leadership;
use McHA\Cli\Agent\Ledger;
use McHA\Cli\Agent\Log;
use McHA\Cli\Agent\Watch;
use McHA\Cli\Agent\WebProcess;
use McHA\Cli\Agent\WebWorker;
use McHA\Cli\Dashboard\Gate;
use McHA\Cli\Dashboard\Password;
use McHA\Cli\Dashboard\StateFile;
use McHA\Cli\Dashboard\Tries;
use McHA\Cli\ExitCode;
use McHA\Cli\Http\ListenAddress;
use McHA\Cli\Resync\StateFolder;
use McHA\Cli\Sweep\Spaces;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** Watches a pool, and gives nodes that come back empty their copies again. */
final class AgentCommand extends PoolCommand
{
	protected function configure(): void
	{
		$this->setName('agent');
		$this->setDescription('watches the pool, and resynchronises each node that comes back empty');
		$this->setHelp(<<<'TEXT'
			Runs until it is ended by a signal. A node that was restarted, also while no agent ran, is resynchronised as by mcha
			resync. Missed writes that this host knows of are made good as soon as the node answers. An agent that has never
			seen the pool looks at all keys once.

			Any number of agents may watch a pool: one of them heals it, the others take over when it ends, or, after the
			seconds of --takeover, when it was killed. An agent may be killed at any moment: the next one goes on with the
			resync if it has the same folder of --state, and begins it anew if not.

			Each change is a line on standard error: the time, the node, and what happened. A node is whole when it has all
			copies that the other nodes can give it: the next node may then be restarted. With --json the lines are JSON on
			standard output, with "event": start, up, down, restarted, hints, no-hints, distrusted, heals, stands-by, waits,
			resync, progress, whole, unhealed, asked, end.

			With --listen a process beside the agent serves the dashboard at / and metrics for Prometheus at /metrics. It shows
			and changes nothing but the state of the pool, unless --allow-changes lets it delete a key or ask for a resync.
			Without --password-file it listens on loopback addresses alone. The file has a hash that PHP's password_hash() has
			made, and only its owner can write it, and only the owner and the group can read it.

			Settings are read once: restart the agent when php.ini or the pool has changed. The exit code is 0 when a signal
			has ended it, and 3 if it could not begin.
			TEXT);
		parent::configure();
		$this->addOption('prefix', 'p', InputOption::VALUE_REQUIRED | InputOption::VALUE_IS_ARRAY, SweepCommand::PREFIX);
		$this->addOption('interval', 'i', InputOption::VALUE_REQUIRED, 'Seconds between two looks at the nodes.', '1');
		$this->addOption('rate', 'r', InputOption::VALUE_REQUIRED, 'Keys a second that a resync looks at, at most; 0: as fast as it can be.', '10000');
		$this->addOption('takeover', null, InputOption::VALUE_REQUIRED, 'Seconds until another agent takes over from one that was killed; the same for all agents.', '30');
		$this->addOption('state', null, InputOption::VALUE_REQUIRED, 'The folder for what the agent remembers, and for lists of keys. Without it: as for mcha resync.');
		$this->addOption('after', null, InputOption::VALUE_REQUIRED, SweepCommand::AFTER);
		$this->addOption('listen', null, InputOption::VALUE_REQUIRED, 'Serves the dashboard and metrics at this address and port, for instance 127.0.0.1:9150.');
		$this->addOption('password-file', null, InputOption::VALUE_REQUIRED, 'The file with the hash of the password of the dashboard and of the metrics.');
		$this->addOption('allow-changes', null, InputOption::VALUE_NONE, 'The dashboard may delete keys and ask for a resync.');
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$folder = $input->getOption('state') ?? StateFolder::choose();
		$web = $input->getOption('listen') === null ? null : $this->web($input, $folder);
		$spaces = new Spaces($input->getOption('servers'), $input->getOption('prefix'));
		$interval = $this->number($input, 'interval', 0.1, '1');
		$delay = $this->number($input, 'after', 0, '3.5') ?? $spaces->pool()->operationTime() + 2.5;
		$isJson = $input->getOption('json');
		$log = new Log($output instanceof ConsoleOutputInterface && !$isJson ? $output->getErrorOutput() : $output, $isJson);
		$ledger = new Ledger($spaces, $folder);
		$healer = new Healer($spaces, $ledger, $log, $folder, $this->number($input, 'rate', 0, '1000'), $delay);
		$leadership = new Leadership($spaces, (int) $this->number($input, 'takeover', 2 + 2 * $interval, '30'), $log);
		(new Agent($spaces->pool(), $interval, new Watch($spaces->pool(), $log), $leadership, $ledger, $healer, $log, $web))->run();
		return ExitCode::GOOD;
	}

	/** Begins before the agent has opened anything, as the process that it starts would have that, too. */
	private function web(InputInterface $input, string $folder): WebProcess
	{
		$address = ListenAddress::read('listen', $input->getOption('listen'));
		$file = $input->getOption('password-file');
		$password = $file === null ? null : Password::ofFile($file);
		if (!$password && !$address->isLoopback()) {
			throw new UsageError('--listen=' . $address->text() . ': without --password-file only a loopback address, for instance 127.0.0.1:9150');
		}
		$gate = new Gate($password, new Tries(new StateFile("$folder/dashboard-tries.json")));
		[$servers, $allowsChanges] = [$input->getOption('servers'), $input->getOption('allow-changes')];
		return new WebProcess($address, static fn($listener, $pipe) => (new WebWorker($pipe, $gate, $servers, $allowsChanges))->run($listener));
	}
}
