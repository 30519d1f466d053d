<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Format;

/** The parts of the page that show what the agent does and has seen. */
final class AgentParts
{
	private const BAD = ['down', 'unhealed', 'distrusted'];
	private const DOUBTFUL = ['restarted', 'hints', 'resync', 'waits', 'progress'];
	private const GOOD = ['up', 'whole', 'no-hints'];
	private const EVENTS_MAX = 12;

	public function __construct(private readonly State $state)
	{
	}

	public function healing(): string
	{
		$agent = $this->state->agent;
		if (!$agent) {
			return '<p class="quiet">No agent heals this pool as far as this page knows: <code>mcha agent</code> shows it.</p>';
		}
		return '<p>This agent ' . Html::text($agent['words'] ?: 'begins') . '.</p>' . $this->due($agent)
			. ($agent['resync'] ? self::present($agent['resync']) : '') . self::last($agent['last']);
	}

	private function due(array $agent): string
	{
		if (!$agent['due']) {
			return '<p>All nodes that answer have all their copies.</p>';
		}
		return '<p><em class="filling">May lack copies:</em> ' . Html::text(implode(', ', $agent['due'])) . '</p>';
	}

	private static function present(array $resync): string
	{
		$nodes = Html::text(implode(', ', $resync['nodes']));
		if (!$resync['keys']) {
			return "<p class=\"resync\">Resync of $nodes: the keys are being listed.</p>";
		}
		$share = $resync['done'] / $resync['keys'];
		return "<p class=\"resync\">Resync of $nodes: " . Format::count($resync['done']) . ' of ' . Format::count($resync['keys']) . ' keys, '
			. Format::share($share, 1) . '</p>' . Drawing::bar($share);
	}

	private static function last(?array $last): string
	{
		if (!$last) {
			return '<p class="quiet">No resync since this agent was started.</p>';
		}
		$facts = [
			'last resync' => date('H:i:s', $last['time']),
			'of' => Html::text(implode(', ', $last['nodes'])),
			'keys looked at' => Format::count($last['looked']),
			'copies stored' => Format::count($last['stored']) . " in $last[seconds] s",
			'left incomplete' => Format::count($last['incomplete']),
			'sessions among them' => Format::count($last['sessions']),
		];
		$html = '';
		foreach ($facts as $name => $fact) {
			$html .= "<dt>$name</dt><dd>$fact</dd>";
		}
		return "<dl>$html</dl>";
	}

	public function events(): string
	{
		if (!$this->state->agent) {
			return '<p class="quiet">Only an agent remembers what has happened.</p>';
		}
		$html = '';
		foreach (array_slice($this->state->events, 0, self::EVENTS_MAX) as $event) {
			$class = match (true) {
				in_array($event['event'], self::BAD, true) => 'down',
				in_array($event['event'], self::DOUBTFUL, true) => 'filling',
				in_array($event['event'], self::GOOD, true) => 'up',
				default => '',
			};
			$html .= "<li class=\"$class\"><time>" . Html::text(substr($event['time'], 11, 8)) . '</time><span>' . Html::text($event['message']) . '</span></li>';
		}
		return "<ol class=\"events\">$html</ol>";
	}
}
