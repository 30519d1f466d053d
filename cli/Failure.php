<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli;

/** The work cannot be done; the message says why, and what would help. */
class Failure extends \RuntimeException
{
}
