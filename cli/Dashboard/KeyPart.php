<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Format;
use McHA\Cli\Pool\Copies;
use McHA\Cli\Pool\Node;
use McHA\Cli\Pool\Whereabouts;

/** The part of the page that shows where a key lies. */
final class KeyPart
{
	private const COLUMNS = ['node' => false, 'role' => false, 'copy' => false, 'life' => true, 'flags' => true, 'version' => true];

	public static function show(?Whereabouts $where, string $key, string $refusal): string
	{
		if ($refusal !== '') {
			return '<p class="answer"><em class="down">' . Html::text($refusal) . '</em></p>';
		}
		if (!$where) {
			return '';
		}
		$verdict = $where->verdict();
		$class = $verdict === 'complete' ? 'up' : 'filling';
		return '<p class="answer"><code>' . Html::text($key) . "</code> <em class=\"$class\">" . Html::text(Copies::SENTENCES[$verdict]) . '</em></p>'
			. Html::table('Where the key lies', self::COLUMNS, array_map(static fn(array $node) => self::row($where, $node), $where->copies->nodes));
	}

	/** @return string[] */
	private static function row(Whereabouts $where, array $node): array
	{
		$name = '<b>' . Html::text(Node::nameOf($node)) . '</b>';
		$role = $node['role'] === 'home' ? '<b>home</b>' : Html::text($node['role']);
		$reason = $where->reasonOf($node);
		if ($reason !== null) {
			return [$name, $role, '<em class="down">' . Html::text($reason) . '</em>', '', '', ''];
		}
		if (!$node['found']) {
			$class = $node['role'] === 'home' ? 'filling' : 'quiet';
			return [$name, $role, "<em class=\"$class\">" . ($node['deleted'] ? 'deleted' : 'none') . '</em>', '', '', ''];
		}
		return [$name, $role, '<em class="up">' . Format::bytes($node['size']) . '</em>', Format::life($node['ttl']), Html::text($node['flags']), Html::text($node['version'])];
	}
}
