<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Migrate;

/** The steps of a rolling migration from pecl memcached, in their order (docs/migrating.md). Each is safe beside its neighbours. */
enum Step: string
{
	case Pecl = 'pecl';
	case OneCopy = 'one-copy';
	case FirstDecides = 'first-decides';
	case TwoCopies = 'two-copies';

	/** The step of a web server with the settings of this PHP; null: the settings are of no step. */
	public static function ofThisHost(): ?self
	{
		if (extension_loaded('memcached') && ini_get('mcha.compat') !== 'memcached') {
			return self::Pecl;
		}
		$copies = [(int) ini_get('mcha.number_of_replicas') > 0, (int) ini_get('mcha.sess_number_of_replicas') > 0];
		$mayFailOver = (bool) ini_get('mcha.allow_failover');
		return match ([...$copies, $mayFailOver]) {
			[false, false, false] => self::OneCopy,
			[true, true, false] => self::FirstDecides,
			[true, true, true] => self::TwoCopies,
			default => null,
		};
	}

	public function next(): ?self
	{
		return self::cases()[array_search($this, self::cases(), true) + 1] ?? null;
	}

	/** Second copies count in the last step, and only web servers from first-decides on keep them up to date. */
	public function isSafeBeside(self $other): bool
	{
		$steps = [$this, $other];
		return !in_array(self::TwoCopies, $steps, true) || (!in_array(self::Pecl, $steps, true) && !in_array(self::OneCopy, $steps, true));
	}

	public function description(): string
	{
		return match ($this) {
			self::Pecl => 'pecl memcached',
			self::OneCopy => 'McHA, one copy of each key',
			self::FirstDecides => 'McHA, which writes all copies and reads the first',
			self::TwoCopies => 'McHA as it is meant to be',
		};
	}

	/** @return array<string, string> the directives of the step; those of other steps are taken out of php.ini */
	public function directives(): array
	{
		return match ($this) {
			self::Pecl => [],
			self::OneCopy => ['mcha.number_of_replicas' => '0', 'mcha.sess_number_of_replicas' => '0', 'mcha.allow_failover' => '0', 'mcha.sess_lock_apart' => '1'],
			self::FirstDecides => ['mcha.allow_failover' => '0', 'mcha.sess_lock_apart' => '1'],
			self::TwoCopies => ['mcha.sess_lock_apart' => '1'],
		};
	}
}
