<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA;
use McHA\Cli\ExitCode;
use McHA\Cli\Pool\Pool;
use McHA\Cli\UsageError;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** Writes a value to all its home nodes. */
final class SetCommand extends KeyCommand
{
	protected function configure(): void
	{
		$this->setName('set');
		$this->setDescription('stores a value on all home nodes of a key');
		$this->setHelp(<<<'TEXT'
			Stores a value as the application does: on all home nodes of the key at once. The value is a string, or with
			--type=json what the JSON means in PHP (an object of JSON is an array). A value of - is read from standard input.

			The exit code is 1 if --add finds that the key is there already, or --replace that it is not.
			TEXT);
		parent::configure();
		$this->addArgument('value', InputArgument::REQUIRED, 'The value, or - for standard input.');
		$this->addOption('ttl', 't', InputOption::VALUE_REQUIRED, 'Seconds that the value lives; 0: for ever.', '0');
		$this->addOption('type', null, InputOption::VALUE_REQUIRED, 'string or json.', 'string');
		$this->addOption('add', null, InputOption::VALUE_NONE, 'Only if the key is not there.');
		$this->addOption('replace', null, InputOption::VALUE_NONE, 'Only if the key is there.');
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		if ($input->getOption('add') && $input->getOption('replace')) {
			throw new UsageError('--add and --replace contradict each other: give one of them');
		}
		$value = $this->value($input);
		$pool = $this->poolOf($input);
		$stored = $this->store($pool, $input, $value);
		if ($input->getOption('json')) {
			$report = $pool->client->getLastReplication();
			$this->printJson($output, ['key' => $input->getArgument('key'), 'stored' => $stored]
				+ array_intersect_key($report, ['copies' => 0, 'acknowledged' => 0]) + ['failed' => (object) $report['failed']]);
		}
		return $stored ? ExitCode::GOOD : ExitCode::BAD;
	}

	private function store(Pool $pool, InputInterface $input, mixed $value): bool
	{
		$key = $input->getArgument('key');
		$method = match (true) {
			$input->getOption('add') => 'add',
			$input->getOption('replace') => 'replace',
			default => 'set',
		};
		$stored = $pool->client->$method($key, $value, (int) $this->number($input, 'ttl', 0, '3600'));
		if (!$stored && !($method !== 'set' && in_array($pool->client->getResultCode(), [McHA::RES_NOTSTORED, McHA::RES_DATA_EXISTS, McHA::RES_NOTFOUND], true))) {
			throw $pool->failure("could not store $key");
		}
		return $stored;
	}

	private function value(InputInterface $input): mixed
	{
		$text = $input->getArgument('value') === '-' ? stream_get_contents(STDIN) : $input->getArgument('value');
		switch ($input->getOption('type')) {
			case 'string':
				return $text;
			case 'json':
				try {
					return json_decode($text, true, flags: JSON_THROW_ON_ERROR | JSON_BIGINT_AS_STRING);
				} catch (\JsonException $error) {
					throw new UsageError("the value is no JSON: {$error->getMessage()}");
				}
			default:
				throw new UsageError('--type=' . $input->getOption('type') . ': expected string or json');
		}
	}
}
