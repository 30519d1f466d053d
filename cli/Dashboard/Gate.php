<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Http\Refusal;
use McHA\Cli\Http\Request;

/** Lets in what knows the password: a browser with a ticket, or a program that sends the password itself. */
final class Gate
{
	private const COOKIE = 'mcha_dashboard';

	private readonly Signature $signature;

	/** @param Password|null $password null: all requests are let in whose Host is an address of this host */
	public function __construct(private readonly ?Password $password, private readonly Tries $tries)
	{
		$this->signature = new Signature($password?->signingKey() ?? random_bytes(32));
	}

	public function hasPassword(): bool
	{
		return $this->password !== null;
	}

	public function isOpenTo(Request $request): bool
	{
		if (!$this->password) {
			self::refuseForeignNames($request);
			return true;
		}
		if ($this->signature->isTicket($request->cookie(self::COOKIE))) {
			return true;
		}
		$word = $request->basicPassword();
		return $word !== null && ($this->password->isKnown($word) || $this->try($request, $word));
	}

	/** The cookie for a browser that knows the password; null: it does not. */
	public function login(Request $request, #[\SensitiveParameter] string $word): ?string
	{
		$isRight = $this->password && $this->try($request, $word);
		return $isRight ? $this->cookie($request, $this->signature->ticket(), Signature::TICKET_LIFE) : null;
	}

	public function logout(Request $request): string
	{
		return $this->cookie($request, '', 0);
	}

	public function token(Request $request): string
	{
		return $this->signature->token($request->cookie(self::COOKIE));
	}

	public function isToken(Request $request, string $token): bool
	{
		return $this->signature->isToken($token, $request->cookie(self::COOKIE));
	}

	private function try(Request $request, #[\SensitiveParameter] string $word): bool
	{
		$wait = $this->tries->begin($request->peer);
		if ($wait > 0) {
			throw new Refusal(429, "Too many wrong passwords: try again in $wait s.", ['Retry-After' => (string) $wait]);
		}
		$isRight = $this->password->isRight($word);
		if ($isRight) {
			$this->tries->forgive($request->peer);
		}
		return $isRight;
	}

	private function cookie(Request $request, string $value, int $life): string
	{
		$path = strtok($request->path, "\r\n;") ?: '/';
		return self::COOKIE . "=$value; Max-Age=$life; Path=$path; HttpOnly; SameSite=Strict" . ($request->isSecure ? '; Secure' : '');
	}

	/** A page of another site can give its own name the address of this host, and would be let in. */
	private static function refuseForeignNames(Request $request): void
	{
		$host = preg_replace('/:\d+$/', '', $request->header('host'));
		if ($host !== '' && $host !== 'localhost' && !filter_var(trim($host, '[]'), FILTER_VALIDATE_IP)) {
			throw new Refusal(421, 'Without a password this page answers to localhost and to its IP address alone.');
		}
	}
}
