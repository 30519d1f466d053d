<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\UsageError;

/** The password of the dashboard, as a hash of PHP's password_hash(). */
final class Password
{
	private const LENGTH_MAX = 72; // bcrypt looks at no more

	private readonly string $salt;
	private string $known = ''; // of the password that was right last, so that a monitoring system costs no hash each time

	public function __construct(#[\SensitiveParameter] private readonly string $hash)
	{
		if (password_get_info($hash)['algo'] === null) {
			throw new UsageError('the dashboard\'s password must be a hash: php -r \'echo password_hash(rtrim(fgets(STDIN)), PASSWORD_DEFAULT), "\n";\'');
		}
		$this->salt = random_bytes(32);
	}

	/** A hash that others could read could be guessed at, and one that they could write would be theirs. */
	public static function ofFile(string $path): self
	{
		$hash = @file_get_contents($path, false, null, 0, 4096);
		if ($hash === false) {
			throw new UsageError("cannot read the password file $path");
		}
		$mode = (int) @fileperms($path) & 0777;
		if ($mode & 0027) {
			throw new UsageError(sprintf('the password file %s has mode %04o: other users must not read it, and its group must not write it: chmod 600', $path, $mode));
		}
		return new self(trim($hash));
	}

	public function isRight(#[\SensitiveParameter] string $word): bool
	{
		if (strlen($word) > self::LENGTH_MAX || str_contains($word, "\0")) {
			return false;
		}
		$isRight = $this->isKnown($word) || password_verify($word, $this->hash);
		$this->known = $isRight ? $this->digest($word) : $this->known;
		return $isRight;
	}

	/** This word was right before. */
	public function isKnown(#[\SensitiveParameter] string $word): bool
	{
		return hash_equals($this->known, $this->digest($word));
	}

	private function digest(#[\SensitiveParameter] string $word): string
	{
		return hash_hmac('sha256', $word, $this->salt);
	}

	/** A key for signatures that ends with the password. */
	public function signingKey(): string
	{
		return hash('sha256', "mcha dashboard $this->hash", true);
	}
}
