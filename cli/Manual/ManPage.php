<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Manual;

/** Writes the manual page mcha(1). */
final class ManPage
{
	public static function write(): string
	{
		$commands = Manual::commands();
		return implode("\n", [
			'.\\" Written by scripts/manual from the texts of the commands in cli/.',
			'.TH MCHA 1',
			'.SH NAME',
			'mcha \\- looks after a pool of memcached nodes that McHA uses',
			'.SH SYNOPSIS',
			'.B mcha',
			'.I command',
			'.RI [ options ]',
			'.SH DESCRIPTION',
			self::text('Every command is about one pool, which has the settings of php.ini, as the application that uses the pool has them.'),
			'.SH OPTIONS OF ALL COMMANDS',
			self::list($commands[0]->options(common: true)),
			'.SH COMMANDS',
			...array_map(self::section(...), $commands),
			'.SH EXIT STATUS',
			self::list(Manual::EXIT_CODES),
			'.SH SEE ALSO',
			'.BR memcached (1),',
			'.BR php (1)',
		]) . "\n";
	}

	private static function section(CommandText $command): string
	{
		$paragraphs = implode("\n.PP\n", array_map(self::text(...), $command->paragraphs()));
		return implode("\n", array_filter([
			'.SS ' . self::text($command->synopsis()),
			$paragraphs,
			self::list($command->arguments() + $command->options()),
		]));
	}

	private static function list(array $texts): string
	{
		return implode("\n", array_map(
			static fn(string|int $term, string $text) => ".TP\n.B " . self::text((string) $term) . "\n" . self::text($text),
			array_keys($texts), $texts));
	}

	private static function text(string $text): string
	{
		$text = strtr($text, ['\\' => '\\e', '-' => '\\-']);
		return preg_replace("/^[.']/m", '\\\\&$0', $text);
	}
}
