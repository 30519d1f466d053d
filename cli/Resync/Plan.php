<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Resync;

use McHA\Cli\Failure;

/** How far a resync has come, in a file that outlives it. */
final class Plan
{
	/** @var resource keeps the file locked for as long as this process runs */
	private $lock;
	/** @var array<string, mixed> */
	private array $state = [];

	public function __construct(private readonly string $folder, private readonly string $subject)
	{
		if (!StateFolder::make($folder)) {
			throw new Failure("cannot make the folder $folder: name another one with --state");
		}
		$lock = @fopen($this->path('lock'), 'c');
		if (!$lock) {
			throw new Failure("cannot write {$this->path('lock')}: name another folder with --state");
		}
		if (!flock($lock, LOCK_EX | LOCK_NB)) {
			throw new Failure('another mcha resync of this pool and node is running: wait for its end');
		}
		$this->lock = $lock;
		$this->state = json_decode((string) @file_get_contents($this->path('json')), true) ?: [];
	}

	public function path(string $kind): string
	{
		return "$this->folder/resync-" . substr(hash('sha256', $this->subject), 0, 16) . ".$kind";
	}

	/** The plan of a run that was interrupted; null: there is none. */
	public function earlier(): ?array
	{
		return isset($this->state['offset']) && is_file($this->path('keys')) && time() - $this->state['listed'] < 86400 ? $this->state : null;
	}

	public function save(array $changes): void
	{
		$this->state = $changes + $this->state;
		$new = $this->path('new');
		if (@file_put_contents($new, json_encode($this->state)) === false || !rename($new, $this->path('json'))) {
			throw new Failure("cannot write {$this->path('json')}: is the file system full?");
		}
	}

	/** The list of keys is about to be made anew: until that is complete, there is nothing to go on with. */
	public function forget(): void
	{
		$this->state = [];
		@unlink($this->path('json'));
	}

	/** The resync is complete: nothing is left to go on with. */
	public function finish(): void
	{
		array_map(static fn(string $path) => @unlink($path), [$this->path('json'), $this->path('keys'), $this->path('lock')]);
	}
}
