<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Manual;

use McHA\Cli\Application;

/** The texts of the manual that belong to no single command, and the commands. */
final class Manual
{
	public const EXIT_CODES = [
		0 => 'All is as it should be.',
		1 => 'The command did its work, and the answer is no: a node is down, a key is missing, copies differ.',
		2 => 'The command line is wrong; nothing was done.',
		3 => 'The work could not be done, or not all of it. The message names the node and the reason.',
	];

	/** @return CommandText[] in the order of the handbook */
	public static function commands(): array
	{
		return array_map(static fn(string $class) => new CommandText(new $class()), Application::COMMANDS);
	}
}
