<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Manual;

/** Writes the reference of the commands in docs/command-line.md. */
final class Reference
{
	private const WIDTH = 120;

	public static function write(): string
	{
		$commands = Manual::commands();
		$codes = array_map(static fn(int $code, string $text) => "| $code | $text |\n", array_keys(Manual::EXIT_CODES), Manual::EXIT_CODES);
		$parts = [
			"### Options of all commands\n",
			self::options($commands[0]->options(common: true)),
			"### Exit codes\n",
			"| code | |\n|---|---|\n" . implode('', $codes),
		];
		foreach ($commands as $command) {
			$parts[] = '### `mcha ' . $command->synopsis() . "`\n";
			array_push($parts, ...array_map(self::paragraph(...), $command->paragraphs()));
			$parts[] = self::options($command->arguments() + $command->options());
		}
		return implode("\n", array_filter($parts));
	}

	private static function options(array $texts): string
	{
		if (!$texts) {
			return '';
		}
		return "| | |\n|---|---|\n" . implode('', array_map(
			static fn(string $term, string $text) => '| `' . strtr($term, ['|' => '\\|']) . "` | $text |\n", array_keys($texts), $texts));
	}

	private static function paragraph(string $text): string
	{
		return wordwrap(preg_replace('/--[a-z]+(=[A-Za-z0-9:.,?_-]+[A-Za-z0-9])?/', '`$0`', $text), self::WIDTH) . "\n";
	}
}
