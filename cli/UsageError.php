<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli;

/** The command line is wrong; the message says what would be right. */
final class UsageError extends \RuntimeException
{
}
