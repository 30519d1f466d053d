<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Failure;

/** A folder for the spools of one command; it is removed with them when the command ends. */
final class WorkFolder
{
	private readonly string $path;
	private int $spools = 0;

	public function __construct()
	{
		$this->path = sys_get_temp_dir() . '/mcha-' . bin2hex(random_bytes(8));
		if (!@mkdir($this->path, 0700)) {
			throw new Failure("cannot make the folder $this->path: name a folder that can be written to in TMPDIR");
		}
		foreach (function_exists('pcntl_signal') ? [SIGINT, SIGTERM, SIGHUP] : [] as $signal) {
			pcntl_async_signals(true);
			pcntl_signal($signal, static fn() => exit(128 + $signal)); // by exit() the folder is removed
		}
		register_shutdown_function(fn() => $this->remove());
	}

	public function spool(): Spool
	{
		return new Spool("$this->path/" . $this->spools++, true);
	}

	private function remove(): void
	{
		array_map(unlink(...), glob("$this->path/*") ?: []);
		@rmdir($this->path);
	}
}
