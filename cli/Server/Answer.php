<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Server;

/** One answer of the meta protocol. */
final class Answer
{
	/** @var array<string, string> flag => its token */
	private array $flags = [];

	/** @param string[] $words the flags, as the server wrote them */
	public function __construct(public readonly string $code, public readonly array $words, public readonly ?string $value)
	{
		foreach ($words as $word) {
			$this->flags[$word[0] ?? ''] = substr($word, 1);
		}
	}

	public function found(): bool
	{
		return $this->code === 'HD' || $this->code === 'VA';
	}

	public function flag(string $letter): string
	{
		return $this->flags[$letter] ?? '';
	}
}
