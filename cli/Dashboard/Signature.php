<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** Signs tickets, which say in a cookie that their browser knew the password, and tokens, which say that a form is ours. */
final class Signature
{
	public const TICKET_LIFE = 12 * 3600; // seconds

	public function __construct(#[\SensitiveParameter] private readonly string $key)
	{
	}

	public function ticket(): string
	{
		$name = time() + self::TICKET_LIFE . '.' . bin2hex(random_bytes(8));
		return "$name." . $this->sign("ticket $name");
	}

	public function isTicket(string $text): bool
	{
		if (!preg_match('/^((\d{1,12})\.[0-9a-f]{16})\.([0-9a-f]{64})$/D', $text, $found)) {
			return false;
		}
		return hash_equals($this->sign("ticket $found[1]"), $found[3]) && (int) $found[2] > time();
	}

	/** @param string $ticket of the browser that the form is for */
	public function token(string $ticket): string
	{
		return $this->sign("form $ticket");
	}

	public function isToken(string $text, string $ticket): bool
	{
		return hash_equals($this->token($ticket), $text);
	}

	private function sign(string $text): string
	{
		return hash_hmac('sha256', $text, $this->key);
	}
}
