<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** A small JSON file that processes change one after the other. What cannot be read or written counts as empty. */
final class StateFile
{
	public function __construct(private readonly string $path)
	{
	}

	/** @param callable(array<mixed>): array<mixed> $change told what the file has, returns what it is to have */
	public function update(callable $change): void
	{
		$file = @fopen($this->path, 'c+');
		if (!$file || !flock($file, LOCK_EX)) {
			$change([]);
			return;
		}
		$content = $change((array) json_decode((string) stream_get_contents($file), true));
		ftruncate($file, 0);
		rewind($file);
		fwrite($file, json_encode($content, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
		fclose($file);
	}
}
