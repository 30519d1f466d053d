<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Pool;

use McHA\Cli\UsageError;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;

/** The options by which every command is told which pool it is about. */
final class PoolOptions
{
	public static function addTo(Command $command): void
	{
		$command->addOption('servers', 's', InputOption::VALUE_REQUIRED,
			'The pool string, for instance 10.0.0.1:11211,10.0.0.2:11211?zone=b. Without it: mcha.servers, and for sessions session.save_path.');
		$command->addOption('set', null, InputOption::VALUE_REQUIRED | InputOption::VALUE_IS_ARRAY,
			'A directive as the application has it, for instance --set=number_of_replicas=2 for mcha.number_of_replicas.');
		$command->addOption('timeout', null, InputOption::VALUE_REQUIRED,
			'Milliseconds that one operation may take at most. Without it: mcha.operation_timeout.');
	}

	/** Must come before the first client is made: clients take their settings from the directives. */
	public static function apply(InputInterface $input): void
	{
		foreach ($input->getOption('set') as $setting) {
			self::applyDirective($setting);
		}
		if ($input->getOption('timeout') !== null) {
			self::applyDirective('operation_timeout=' . $input->getOption('timeout'));
		}
	}

	private static function applyDirective(string $setting): void
	{
		[$name, $value] = explode('=', $setting, 2) + [1 => null];
		if ($value === null || $name === '') {
			throw new UsageError("--set=$setting: expected a directive and its value, for instance --set=number_of_replicas=2");
		}
		if (ini_get("mcha.$name") === false) {
			throw new UsageError("--set=$setting: there is no directive mcha.$name; php --ri mcha lists them");
		}
		$refusal = '';
		set_error_handler(static function (int $level, string $message) use (&$refusal): bool {
			$refusal = preg_replace('/^\w+\(\): /', '', $message);
			return true;
		});
		$done = ini_set("mcha.$name", $value);
		restore_error_handler();
		if ($done === false) {
			throw new UsageError("--set=$setting: " . ($refusal ?: "mcha.$name cannot be \"$value\", or only php.ini can set it"));
		}
	}
}
