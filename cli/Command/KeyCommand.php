<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Command;

use McHA\Cli\Pool\Pool;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;

/** A command about one key. */
abstract class KeyCommand extends PoolCommand
{
	protected function configure(): void
	{
		$this->addArgument('key', InputArgument::REQUIRED, 'The key, without its prefix.');
		parent::configure();
		$this->addOption('prefix', 'p', InputOption::VALUE_REQUIRED, 'The prefix that the application gives its keys (OPT_PREFIX_KEY).', '');
		$this->addOption('session', null, InputOption::VALUE_NONE, 'The key is the id of a session.');
	}

	/** The pool that has the key; the key can be used. */
	final protected function poolOf(InputInterface $input): Pool
	{
		$pool = $input->getOption('session')
			? Pool::ofSessions($input->getOption('servers'))
			: Pool::ofValues($input->getOption('servers'), $input->getOption('prefix'));
		$pool->checkKey($input->getArgument('key'));
		return $pool;
	}
}
