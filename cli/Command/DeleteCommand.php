<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA;
use McHA\Cli\ExitCode;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** Deletes a key from all nodes. */
final class DeleteCommand extends KeyCommand
{
	protected function configure(): void
	{
		$this->setName('delete');
		$this->setDescription('deletes a key from all nodes that may have it');
		$this->setHelp(<<<'TEXT'
			Deletes a key as the application does: from its home nodes, and from every other node that may have a copy. With
			--session: the session with this id.

			The exit code is 1 if no node had the key.
			TEXT);
		parent::configure();
	}

	protected function carryOut(InputInterface $input, OutputInterface $output): int
	{
		$pool = $this->poolOf($input);
		$key = $input->getArgument('key');
		$deleted = $pool->client->delete($key);
		if (!$deleted && $pool->client->getResultCode() !== McHA::RES_NOTFOUND) {
			throw $pool->failure("could not delete $key");
		}
		if ($input->getOption('json')) {
			$this->printJson($output, ['key' => $key, 'deleted' => $deleted, 'failed' => (object) $pool->client->getLastReplication()['failed']]);
		}
		return $deleted ? ExitCode::GOOD : ExitCode::BAD;
	}
}
