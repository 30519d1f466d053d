<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Top;

/** What nodes did with one key, or with a group of keys. */
final class Tally
{
	public int $weight = 0; // what the sketch goes by
	public int $reads = 0;
	public int $hits = 0;
	public int $writes = 0; // by nodes: of each copy
	public int $bytes = 0;
	public int $size = 0; // of the value that was seen last
	/** @var array<string, true> node => true */
	public array $nodes = [];

	public function add(Request $request, string $node): void
	{
		if ($request->isRead()) {
			$this->reads++;
			$this->hits += $request->isHit() ? 1 : 0;
		} else {
			$this->writes++;
		}
		$this->bytes += $request->bytes();
		$this->size = $request->bytes() ?: $this->size;
		$this->nodes[$node] = true;
	}
}
