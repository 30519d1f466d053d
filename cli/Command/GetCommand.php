<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA;
use McHA\Cli\ExitCode;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Value;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** Reads a value as the application reads it. */
final class GetCommand extends KeyCommand
{
	protected function configure(): void
	{
		$this->setName('get');
		$this->setDescription('prints the value of a key');
		$this->setHelp(<<<'TEXT'
			Reads a value as the application does: from the first home node that answers and has it, and with read repair.
			A string is printed as it is, without a line end behind it; any other value is printed as JSON, and an object in
			the form of PHP's print_r(). No class of the application is loaded.

			The exit code is 1 if no node has the key.
			TEXT);
		parent::configure();
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$pool = $this->poolOf($input);
		$key = $input->getArgument('key');
		$found = Value::withoutClasses(static fn() => $pool->client->get($key, null, McHA::GET_EXTENDED));
		if ($found === false && $pool->client->getResultCode() !== McHA::RES_NOTFOUND) {
			throw $pool->failure("could not read $key");
		}
		if ($input->getOption('json')) {
			$this->printJson($output, ['key' => $key, 'found' => $found !== false] + ($found === false ? [] : $this->describe($pool, $key, $found)));
		} elseif ($found !== false) {
			$output->write(Value::text($found['value']), false, OutputInterface::OUTPUT_RAW);
		} else {
			$this->say($output, "mcha: no node has $key");
		}
		return $found === false ? ExitCode::BAD : ExitCode::GOOD;
	}

	private function describe(Pool $pool, string $key, array $found): array
	{
		$position = $pool->client->getLastReplication()['position'];
		$node = $pool->client->getReplicas($key)[$position] ?? null;
		return [
			'value' => Value::forJson($found['value']),
			'flags' => $found['flags'],
			'cas' => $found['cas'],
			'node' => $node ? \McHA\Cli\Pool\Node::nameOf($node) : null,
		];
	}

	private function say(OutputInterface $output, string $words): void
	{
		($output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output)->writeln($words, OutputInterface::OUTPUT_RAW);
	}
}
