<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Sweep;

use McHA\Cli\Failure;

/** A file of keys that are to be looked after, so that memory does not grow with their number. */
final class Spool
{
	private const BATCH_KEYS = 200;
	private const BATCH_BYTES = 1 << 20;

	/** @var resource */
	private $file;

	public function __construct(private readonly string $path, bool $anew)
	{
		$file = @fopen($path, $anew ? 'w+' : 'r+');
		if (!$file) {
			throw new Failure("cannot write $path: " . (error_get_last()['message'] ?? ''));
		}
		$this->file = $file;
	}

	public function add(string $key, int $size): void
	{
		if (fwrite($this->file, "$size $key\n") === false) {
			throw new Failure("cannot write $this->path: is the file system full?");
		}
	}

	/** Leaves each key once, in the order of the keys; returns how many there are. */
	public function removeDuplicates(): int
	{
		fflush($this->file);
		$sort = proc_open(['sort', '-u', '-k2,2', '-T', dirname($this->path), '-o', $this->path, $this->path], [['file', '/dev/null', 'r']], $pipes,
			null, ['LC_ALL' => 'C'] + getenv());
		if (!$sort || proc_close($sort) !== 0) {
			throw new Failure("cannot sort $this->path");
		}
		return $this->openAgain();
	}

	/** sort(1) has written another file in the place of the first one. */
	private function openAgain(): int
	{
		$this->file = fopen($this->path, 'r+');
		for ($keys = 0; fgets($this->file) !== false; $keys++) {
		}
		return $keys;
	}

	public function remove(): void
	{
		@unlink($this->path);
	}

	/**
	 * The keys behind an offset, some at a time: as many as fit in memory with their values.
	 *
	 * @return \Generator<int, string[]> the offset behind the keys => keys
	 */
	public function batches(int $offset): \Generator
	{
		fflush($this->file);
		fseek($this->file, $offset);
		$keys = [];
		$bytes = 0;
		while (($line = fgets($this->file)) !== false) {
			$offset += strlen($line);
			[$size, $key] = explode(' ', rtrim($line, "\n"), 2);
			$keys[] = $key;
			$bytes += (int) $size;
			if (count($keys) >= self::BATCH_KEYS || $bytes >= self::BATCH_BYTES) {
				yield $offset => $keys;
				[$keys, $bytes] = [[], 0];
			}
		}
		if ($keys) {
			yield $offset => $keys;
		}
	}
}
