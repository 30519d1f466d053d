<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli;

/** The exit codes of all commands. */
final class ExitCode
{
	/** All is as it should be. */
	public const GOOD = 0;
	/** The command did its work, and the answer is no: a node is down, a key is missing, copies differ. */
	public const BAD = 1;
	/** The command line is wrong; nothing was done. */
	public const USAGE = 2;
	/** The work could not be done, or not all of it. */
	public const FAILED = 3;
}
