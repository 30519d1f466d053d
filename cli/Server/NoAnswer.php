<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Server;

use McHA\Cli\Failure;

/** A node cannot be reached, or has let the time for an answer pass. */
final class NoAnswer extends Failure
{
}
