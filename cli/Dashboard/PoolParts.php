<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Format;
use McHA\Cli\Pool\Node;
use McHA\Cli\Pool\Whereabouts;

/** The parts of the page that show the nodes: a picture, and a table. */
final class PoolParts
{
	private const WORDS = ['up' => 'up', 'down' => 'down', 'probing' => 'being probed', 'filling' => 'may lack copies', 'distrusted' => 'distrusted'];
	private const COLUMNS = ['node' => false, 'state' => false, 'latency' => true, 'hit rate' => true, 'memory' => false, 'items' => true,
		'evictions' => true, 'connections' => true, 'hints' => true, 'up for' => true, 'version' => false];

	public function __construct(private readonly State $state, private readonly History $history)
	{
	}

	/** The nodes by zone; those of the key that was asked for are marked. */
	public function picture(?Whereabouts $where): string
	{
		$marks = $where ? self::marks($where) : [];
		$zones = [];
		foreach ($this->state->nodes as $node) {
			$zones[$node['zone']] = ($zones[$node['zone']] ?? '') . $this->drawNode($node, ...$marks[$node['node']] ?? ['', false]);
		}
		$html = '';
		foreach ($zones as $zone => $nodes) {
			$title = $zone === '' ? (count($zones) > 1 ? 'no zone' : '') : "zone $zone";
			$html .= '<section class="zone">' . ($title === '' ? '' : '<h3>' . Html::text($title) . '</h3>') . "<ul>$nodes</ul></section>";
		}
		return "<div class=\"pool\">$html</div>";
	}

	/** @return array<string, array{string, bool}> node => its place among the key's home nodes, and whether it has the key */
	private static function marks(Whereabouts $where): array
	{
		$marks = [];
		$place = 0;
		foreach ($where->copies->nodes as $node) {
			$isHome = $node['role'] === 'home';
			$place += $isHome ? 1 : 0;
			if ($isHome || $node['found']) {
				$marks[Node::nameOf($node)] = [$isHome ? (string) $place : '+', $node['found']];
			}
		}
		return $marks;
	}

	private function drawNode(array $node, string $mark, bool $hasCopy): string
	{
		$kind = State::kind($node, $this->state->agent);
		$share = $node['limit'] ? $node['bytes'] / $node['limit'] : null;
		$name = Html::text($node['node']);
		$facts = $kind !== 'up' || $share === null ? '' : ' · ' . Format::share($share, 1) . ' full';
		return "<li class=\"$kind\" data-node=\"$name\">" . Drawing::node($kind, $share, $mark, $hasCopy)
			. "<b title=\"$name\">$name</b><small><em>" . self::WORDS[$kind] . "</em>$facts</small></li>";
	}

	public function table(): string
	{
		$reasons = '';
		foreach ($this->state->silent() as $node) {
			$reasons .= '<li><b>' . Html::text($node['node']) . '</b> ' . Html::text($node['reason'] ?? 'gave no statistics') . '</li>';
		}
		return Html::table('The nodes of the pool', self::COLUMNS, array_map($this->row(...), $this->state->nodes))
			. ($reasons === '' ? '' : "<ul class=\"reasons\">$reasons</ul>");
	}

	/** @return string[] */
	private function row(array $node): array
	{
		$kind = State::kind($node, $this->state->agent);
		$zone = $node['zone'] === '' ? '' : ' <small>' . Html::text($node['zone']) . '</small>';
		$role = $node['role'] === 'primary' ? '' : ' <small>' . Html::text($node['role']) . '</small>';
		$first = ['<b>' . Html::text($node['node']) . "</b>$zone", "<em class=\"$kind\">" . self::WORDS[$kind] . "</em>$role"];
		$hints = ($node['hints'] ? '<em class="probing">' : '<em>') . Format::count($node['hints']) . '</em>';
		if ($node['version'] === null) {
			return [...$first, $this->latency($node, '–'), '–', '–', '–', '–', '–', $hints, '–', '–'];
		}
		return [
			...$first,
			$this->latency($node, Format::milliseconds($node['latency_us'] / 1000)),
			$this->hitRate($node),
			Drawing::bar($node['limit'] ? $node['bytes'] / $node['limit'] : 0) . Format::bytes($node['bytes']) . ' of ' . Format::bytes($node['limit']),
			Format::count((int) $node['items']),
			Format::count((int) $node['evictions']),
			Format::count((int) $node['connections']),
			$hints,
			Format::duration($node['uptime']),
			Html::text($node['version']),
		];
	}

	private function latency(array $node, string $now): string
	{
		return Drawing::line($this->history->latencies($node['node']), "latency of $node[node] in the last two minutes") . "<span class=\"now\">$now</span>";
	}

	/** Of the last minutes; of all the time since the node was started if there was no lookup. */
	private function hitRate(array $node): string
	{
		$recent = $this->history->lookups($node['node']);
		[$hits, $lookups] = $recent ?? [$node['hits'], $node['lookups']];
		return ($recent || !$lookups ? '' : '<small>idle</small> ') . Format::share($hits, $lookups);
	}
}
