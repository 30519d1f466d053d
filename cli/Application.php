<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli;

use Symfony\Component\Console\Application as ConsoleApplication;
use Symfony\Component\Console\Exception\ExceptionInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** The program mcha: its commands, and what becomes of their errors. */
final class Application extends ConsoleApplication
{
	/** In the order of the handbook. */
	public const COMMANDS = [
		Command\StatusCommand::class,
		Command\PingCommand::class,
		Command\TopCommand::class,
		Command\WhereCommand::class,
		Command\GetCommand::class,
		Command\SetCommand::class,
		Command\DeleteCommand::class,
		Command\ResyncCommand::class,
		Command\AgentCommand::class,
		Command\DrainCommand::class,
		Command\CheckCommand::class,
		Command\DumpCommand::class,
		Command\RestoreCommand::class,
		Command\DrillCommand::class,
		Command\MigrateCommand::class,
	];

	public function __construct()
	{
		parent::__construct('mcha', (string) phpversion('mcha'));
		$this->setCatchExceptions(false);
		foreach (self::COMMANDS as $command) {
			$this->add(new $command());
		}
	}

	public static function main(): int
	{
		umask(0077); // dumps have values, and lists of keys have the ids of sessions
		ini_set('memory_limit', '-1');
		ini_set('display_errors', 'stderr');
		return (new self())->run();
	}

	public function doRun(InputInterface $input, OutputInterface $output): int
	{
		$errors = $output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output;
		try {
			return parent::doRun($input, $output);
		} catch (UsageError | ExceptionInterface $error) {
			$errors->writeln('mcha: ' . $error->getMessage(), OutputInterface::OUTPUT_RAW);
			return ExitCode::USAGE;
		} catch (Failure | \McHAException $failure) {
			$errors->writeln('mcha: ' . preg_replace('/^[\w:]+\(\): /', '', $failure->getMessage()), OutputInterface::OUTPUT_RAW);
			return ExitCode::FAILED;
		}
	}
}
