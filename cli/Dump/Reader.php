<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dump;

use McHA\Cli\Failure;

/** Reads a dump. */
final class Reader
{
	private const CHUNK = 4096; // compressed bytes, which may become a thousand times as many
	private const LINE_MAX = 1024;
	private const VALUE_MAX = 1 << 30; // the largest item that memcached can be given

	/** @var resource */
	private $file;
	private \InflateContext $inflate;
	private \HashContext $hash;
	private string $buffer = '';
	private int $position = 0; // in the buffer, of what is not read yet

	public function __construct(private readonly string $path)
	{
		$this->file = File::open($path, 'r');
		$this->inflate = inflate_init(ZLIB_ENCODING_GZIP);
		$this->hash = hash_init('sha256');
		if ($this->line() !== rtrim(File::HEAD)) {
			throw $this->broken('it does not begin as a dump of mcha');
		}
	}

	/**
	 * The items. An exception is thrown at the first sign that the dump is damaged, at its end at the latest.
	 *
	 * @return \Generator<Record>
	 */
	public function records(): \Generator
	{
		for ($items = 0; ; $items++) {
			$before = hash_copy($this->hash);
			$line = $this->line();
			if (preg_match('/^end (\d+) ([0-9a-f]{64})$/', $line, $found)) {
				if ((int) $found[1] !== $items || hash_final($before) !== $found[2]) {
					throw $this->broken('its checksum does not fit');
				}
				return;
			}
			if (!preg_match('/^([^\x00-\x20\x7f]{1,250}) (\d+) (\d+) (\d+) (\d+) (\d+)$/D', $line, $found) || (int) $found[6] > self::VALUE_MAX) {
				throw $this->broken("item $items has no valid head");
			}
			[, $key, $prefix, $flags, $end, $version, $size] = $found;
			$value = $this->bytes((int) $size + 1);
			yield new Record($key, substr($key, 0, (int) $prefix), substr($value, 0, -1), (int) $flags, (int) $end, (int) $version);
		}
	}

	private function line(): string
	{
		while (($end = strpos($this->buffer, "\n", $this->position)) === false) {
			if (strlen($this->buffer) - $this->position > self::LINE_MAX) {
				throw $this->broken('a line is too long');
			}
			$this->fill();
		}
		return substr($this->take($end + 1 - $this->position), 0, -1);
	}

	private function bytes(int $count): string
	{
		while (strlen($this->buffer) - $this->position < $count) {
			$this->fill();
		}
		return $this->take($count);
	}

	private function take(int $count): string
	{
		$bytes = substr($this->buffer, $this->position, $count);
		$this->position += $count;
		hash_update($this->hash, $bytes);
		return $bytes;
	}

	private function fill(): void
	{
		$packed = fread($this->file, self::CHUNK);
		if ($packed === false || $packed === '') {
			throw $this->broken('its end is missing');
		}
		$bytes = @inflate_add($this->inflate, $packed);
		if ($bytes === false) {
			throw $this->broken('it is not compressed by gzip, or damaged');
		}
		$this->buffer = substr($this->buffer, $this->position) . $bytes;
		$this->position = 0;
	}

	private function broken(string $why): Failure
	{
		return new Failure("$this->path is no complete dump: $why");
	}
}
