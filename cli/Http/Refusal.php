<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Http;

/** A request that is answered by an error. */
final class Refusal extends \RuntimeException
{
	/** @param array<string, string> $headers of the answer */
	public function __construct(public readonly int $status, string $reason, public readonly array $headers = [])
	{
		parent::__construct($reason);
	}

	public function response(): Response
	{
		return Response::text($this->status, $this->getMessage() . "\n", $this->headers);
	}
}
