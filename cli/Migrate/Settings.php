<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Migrate;

/** Looks at the settings of this host: php.ini, and what the command line sets. */
final class Settings
{
	/** Directives that pecl memcached has, too, and that decide where keys lie and how values are stored. */
	private const SHARED = ['serializer', 'compression_type', 'default_consistent_hash', 'sess_prefix', 'sess_consistent_hash', 'sess_consistent_hash_type'];

	/** @return Finding[] */
	public static function check(Step $target): array
	{
		return array_filter([self::checkOrder($target), self::checkShared(), self::checkAlone($target), self::checkLocks($target)]);
	}

	/** A web server goes from a step to a neighbour of it, or is given the settings of the step before PHP loads McHA. */
	private static function checkOrder(Step $target): Finding
	{
		$step = Step::ofThisHost();
		return match (true) {
			$step === null => Finding::bad('settings', 'the numbers of copies and mcha.allow_failover of this php.ini are of no step'),
			$step->isSafeBeside($target) => Finding::good('settings', "this php.ini is of step $step->value"),
			default => Finding::bad('settings', "this php.ini is of step $step->value, which is not safe beside $target->value"),
		};
	}

	/** In compat mode McHA takes these directives over. */
	private static function checkShared(): Finding
	{
		$different = [];
		foreach (ini_get('mcha.compat') === 'memcached' ? [] : self::SHARED as $name) {
			$theirs = get_cfg_var("memcached.$name");
			if ($theirs !== false && $theirs !== ini_get("mcha.$name")) {
				$different[] = "memcached.$name is \"$theirs\" and mcha.$name \"" . ini_get("mcha.$name") . '"';
			}
		}
		return $different ? Finding::bad('directives', 'set both alike in php.ini: ' . implode(', ', $different))
			: Finding::good('directives', 'php.ini has no directive of pecl memcached that McHA has otherwise');
	}

	/** What reads or keeps copies beside the first one does not go with clients that know of the first one alone. */
	private static function checkAlone(Step $target): Finding
	{
		$wrong = array_filter(['mcha.near_cache', 'mcha.previous_servers', 'mcha.sess_previous_servers'], static fn(string $name) => !in_array(ini_get($name), ['', 'none'], true));
		return match (true) {
			$target === Step::TwoCopies || !$wrong => Finding::good('copies', 'no setting reads or keeps copies elsewhere'),
			default => Finding::bad('copies', 'leave out until the last step is done: ' . implode(', ', $wrong)),
		};
	}

	/** In the last step the locks may lie elsewhere, when all web servers have McHA. */
	private static function checkLocks(Step $target): ?Finding
	{
		return match (true) {
			$target === Step::TwoCopies => null,
			(bool) ini_get('mcha.sess_lock_apart') || !ini_get('mcha.sess_locking') => Finding::good('locks', 'locks of sessions lie where pecl memcached looks for them'),
			default => Finding::bad('locks', 'locks of sessions lie elsewhere than those of pecl memcached: set mcha.sess_lock_apart=1'),
		};
	}
}
