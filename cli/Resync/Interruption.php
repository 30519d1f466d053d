<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

/** A resync is to stop where it is; the message says why. A later one goes on from there. */
final class Interruption extends \RuntimeException
{
}
