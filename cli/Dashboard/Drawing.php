<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

/** The drawings of the page, as SVG. Colours are in the style sheet; each state has a sign of its own, too. */
final class Drawing
{
	private const SIGNS = [
		'up' => '<path class="sign" d="M45 44l8 8 15-17"/>',
		'down' => '<path class="sign" d="M46 33l20 20M66 33l-20 20"/>',
		'probing' => '<path class="sign" d="M49 37q0-8 7-8t7 7q0 5-7 9v4M56 56v1"/>',
		'filling' => '<path class="sign" d="M56 30v22M47 44l9 10 9-10"/>',
		'distrusted' => '<path class="sign" d="M56 29v18M56 55v1"/>',
	];

	/**
	 * A node: a disc with the sign of its state, and around it how full its memory is.
	 *
	 * @param float|null $share of its memory; null: unknown
	 * @param string $mark "1" for the first home node of the key that was asked for; "": none
	 * @param bool $hasCopy whether it has that key
	 */
	public static function node(string $kind, ?float $share, string $mark, bool $hasCopy): string
	{
		$full = $share === null ? '' : sprintf('<circle class="full" cx="56" cy="43" r="38" pathLength="100" stroke-dasharray="%.1F 100"'
			. ' transform="rotate(-90 56 43)"/>', max(0.6, min(100, 100 * $share)));
		$flag = $mark === '' ? '' : sprintf('<g class="mark%s"><circle cx="92" cy="14" r="12"/><text x="92" y="18.5">%s</text></g>',
			$hasCopy ? '' : ' none', Html::text($mark));
		return "<svg class=\"node $kind\" viewBox=\"0 0 112 86\" width=\"112\" height=\"86\" aria-hidden=\"true\">"
			. "<circle class=\"rim\" cx=\"56\" cy=\"43\" r=\"38\"/>$full<circle class=\"disc\" cx=\"56\" cy=\"43\" r=\"30\"/>"
			. self::SIGNS[$kind] . "$flag</svg>";
	}

	/**
	 * A line of values over time, with gaps where there were none.
	 *
	 * @param array<float|int|null> $values the newest last
	 */
	public static function line(array $values, string $title): string
	{
		$known = array_filter($values, static fn(mixed $value) => $value !== null);
		$most = max(1, ...$known ?: [1]);
		$path = '';
		$isGap = true;
		foreach (array_values($values) as $i => $value) {
			if ($value !== null) {
				$x = 100 - (count($values) - 1 - $i) * 100 / (History::LENGTH - 1);
				$path .= sprintf('%s%.1F %.1F', $isGap ? 'M' : 'L', $x, 21 - 19 * $value / $most);
			}
			$isGap = $value === null;
		}
		return '<svg class="line" viewBox="0 0 100 22" width="100" height="22" preserveAspectRatio="none" role="img"><title>' . Html::text($title)
			. "</title><path d=\"$path\"/></svg>";
	}

	public static function bar(float $share): string
	{
		return sprintf('<svg class="bar" viewBox="0 0 100 6" height="6" preserveAspectRatio="none" aria-hidden="true"><rect class="all" width="100" height="6"/>'
			. '<rect class="done" width="%.1F" height="6"/></svg>', max(0, min(100, 100 * $share)));
	}
}
