<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Migrate;

/** What the look at one condition of a step has found. */
final class Finding
{
	private function __construct(public readonly string $state, public readonly string $subject, public readonly string $text)
	{
	}

	public static function good(string $subject, string $text): self
	{
		return new self('good', $subject, $text);
	}

	public static function bad(string $subject, string $text): self
	{
		return new self('bad', $subject, $text);
	}

	/** The condition could not be looked at: the step is not known to be safe. */
	public static function unknown(string $subject, string $text): self
	{
		return new self('unknown', $subject, $text);
	}

	public function isGood(): bool
	{
		return $this->state === 'good';
	}
}
