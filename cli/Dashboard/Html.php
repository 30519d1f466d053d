<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** Text in HTML. Whatever a server, a key or a client says goes through here. */
final class Html
{
	/** Control characters, and those that change the direction of what follows, would make a text look like another one. */
	private const INVISIBLE = '/[\x{00}-\x{1f}\x{7f}-\x{9f}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2069}\x{feff}]/u';

	public static function text(string|int|float|null $text): string
	{
		$valid = htmlspecialchars((string) $text, ENT_QUOTES | ENT_SUBSTITUTE | ENT_HTML5, 'UTF-8');
		return preg_replace(self::INVISIBLE, "\u{fffd}", $valid);
	}

	/** A part of the page that refreshes itself. */
	public static function part(string $name, string $html): string
	{
		return "<div data-part=\"$name\">$html</div>\n";
	}

	/**
	 * A table; on a narrow screen each row becomes a card, with the name of the column before each cell.
	 *
	 * @param array<string, bool> $columns name => whether it has numbers
	 * @param array<array<string>> $rows cells as HTML
	 */
	public static function table(string $caption, array $columns, array $rows): string
	{
		$head = '';
		foreach ($columns as $name => $isNumber) {
			$head .= '<th scope="col"' . ($isNumber ? ' class="n"' : '') . ">$name</th>";
		}
		$body = '';
		foreach ($rows as $row) {
			$body .= '<tr>';
			foreach (array_keys($columns) as $i => $name) {
				$body .= "<td data-label=\"$name\"" . ($columns[$name] ? ' class="n"' : '') . "><span>{$row[$i]}</span></td>";
			}
			$body .= '</tr>';
		}
		return "<table><caption class=\"unseen\">$caption</caption><thead><tr>$head</tr></thead><tbody>$body</tbody></table>";
	}
}
