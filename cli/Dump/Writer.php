<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dump;

use McHA\Cli\Failure;

/** Writes a dump. The file has its name only when it is complete. */
final class Writer
{
	/** @var resource */
	private $file;
	private \DeflateContext $deflate;
	private \HashContext $hash;
	private readonly string $unfinished;
	private int $items = 0;

	public function __construct(private readonly string $path)
	{
		$this->unfinished = $path === '-' ? '-' : "$path.unfinished";
		$this->file = $path === '-' ? File::open($path, 'w') : File::create($this->unfinished);
		$this->deflate = deflate_init(ZLIB_ENCODING_GZIP, ['level' => 6]);
		$this->hash = hash_init('sha256');
		$this->write(File::HEAD);
	}

	public function add(Record $record): void
	{
		$this->write(sprintf("%s %d %d %d %d %d\n", $record->key, strlen($record->prefix), $record->flags, $record->end, $record->version, strlen($record->value)));
		$this->write("$record->value\n");
		$this->items++;
	}

	public function finish(): void
	{
		$this->put(deflate_add($this->deflate, "end $this->items " . hash_final($this->hash) . "\n", ZLIB_FINISH));
		if (!fflush($this->file) || ($this->path !== '-' && !rename($this->unfinished, $this->path))) {
			throw new Failure("cannot write $this->path");
		}
	}

	/** The dump is given up: nothing is left of it. */
	public function abandon(): void
	{
		if ($this->path !== '-') {
			@unlink($this->unfinished);
		}
	}

	private function write(string $bytes): void
	{
		hash_update($this->hash, $bytes);
		$this->put(deflate_add($this->deflate, $bytes, ZLIB_NO_FLUSH));
	}

	private function put(string $bytes): void
	{
		if ($bytes !== '' && fwrite($this->file, $bytes) !== strlen($bytes)) {
			throw new Failure("cannot write $this->path: is the file system full?");
		}
	}
}
