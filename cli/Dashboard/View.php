<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Pool\Whereabouts;

/** Puts the parts of the dashboard together: those that refresh themselves, and the forms, which stay as they are. */
final class View
{
	private const NOTICES = ['deleted' => 'The key is deleted.', 'absent' => 'No node had the key.', 'failed' => 'The key could not be deleted on all nodes.',
		'resync' => 'The agent has been asked: it resynchronises the node as soon as it can.'];

	/** @param array<string, string> $query what is asked for */
	public function __construct(
		private readonly ?State $state,
		private readonly History $history,
		private readonly array $query,
		private readonly ?Whereabouts $where,
		private readonly string $refusal,
	) {
	}

	/** @return array<string, string> name => HTML */
	private function parts(): array
	{
		$verdict = Verdict::of($this->state);
		$parts = [
			'verdict' => "<p class=\"verdict $verdict->level\" role=\"status\">" . Html::text($verdict->sentence) . '</p>',
			'time' => $this->time(),
			'key' => KeyPart::show($this->where, $this->query['key'] ?? '', $this->refusal),
			'host' => HostPart::show(\McHA::metrics()),
		];
		if ($this->state) {
			$pool = new PoolParts($this->state, $this->history);
			$agent = new AgentParts($this->state);
			$parts += ['picture' => $pool->picture($this->where), 'nodes' => $pool->table(), 'healing' => $agent->healing(), 'events' => $agent->events()];
		}
		return $parts;
	}

	private function time(): string
	{
		if (!$this->state) {
			return '';
		}
		$delay = $this->state->delay();
		return $delay === null ? '<span id="time">' . date('H:i:s', (int) $this->state->time) . '</span>'
			: "<span id=\"time\" class=\"old\">Old: the agent last looked at the nodes $delay s ago</span>";
	}

	public function fragment(): string
	{
		$html = '';
		foreach ($this->parts() as $name => $part) {
			$html .= Html::part($name, $part);
		}
		return $html;
	}

	/**
	 * @param string|null $token for forms that change something; null: nothing can be changed
	 * @param bool $canLeave there is a password, so that one can log out
	 */
	public function page(?string $token, bool $canLeave, bool $hasAgent): string
	{
		$parts = $this->parts() + ['picture' => '', 'nodes' => '', 'healing' => '', 'events' => ''];
		array_walk($parts, static fn(string &$html, string $name) => $html = Html::part($name, $html));
		$leave = $canLeave ? '<form method="post"><input type="hidden" name="action" value="logout"><button class="plain">Log out</button></form>' : '';
		$notice = self::NOTICES[$this->query['notice'] ?? ''] ?? '';
		$notice = $notice === '' ? '' : "<p class=\"notice\" role=\"status\">$notice</p>";
		$keyForm = $this->keyForm() . $parts['key'] . ($token === null ? '' : $this->deleteForm($token));
		$asked = Html::text(http_build_query($this->asked()));
		$resync = $token === null || !$hasAgent ? '' : $this->resyncForm($token);
		return <<<HTML
			<header><h1>McHA</h1>$parts[time]$leave</header>
			<p id="stale" role="alert" hidden></p>
			<main data-asked="$asked">
			$parts[verdict]$notice
			$parts[picture]
			<section><h2>Nodes</h2>$parts[nodes]</section>
			<section><h2>Where a key lies</h2>$keyForm</section>
			<div class="columns">
			<section><h2>Healing</h2>$parts[healing]$resync</section>
			<section><h2>What happened</h2>$parts[events]</section>
			<section><h2>This host</h2>$parts[host]</section>
			</div>
			</main>
			HTML;
	}

	private function keyForm(): string
	{
		[$key, $prefix] = [Html::text($this->query['key'] ?? ''), Html::text($this->query['prefix'] ?? '')];
		$checked = isset($this->query['session']) ? ' checked' : '';
		return <<<HTML
			<form method="post" action="?" class="look" role="search"><input type="hidden" name="action" value="look">
			<label class="wide">Key <input name="key" value="$key" required maxlength="250" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
			<label>Prefix <input name="prefix" value="$prefix" maxlength="128" autocomplete="off" autocapitalize="none" spellcheck="false"></label>
			<label class="check"><input type="checkbox" name="session" value="1"$checked> session id</label>
			<button>Look</button>
			</form>
			HTML;
	}

	/** @return array<string, string> the fields that name the key */
	private function asked(): array
	{
		return array_intersect_key($this->query, ['key' => 1, 'prefix' => 1, 'session' => 1]);
	}

	private function deleteForm(string $token): string
	{
		if (!$this->where) {
			return '';
		}
		$fields = '';
		foreach ($this->asked() as $name => $value) {
			$fields .= "<input type=\"hidden\" name=\"$name\" value=\"" . rawurlencode($value) . '">';
		}
		return self::actionForm('delete', $token, "$fields<label class=\"check\"><input type=\"checkbox\" required> I mean it</label><button class=\"danger\">Delete this key</button>");
	}

	private function resyncForm(string $token): string
	{
		$options = '';
		foreach ($this->state->nodes ?? [] as $node) {
			$options .= '<option value="' . rawurlencode($node['node']) . '">' . Html::text($node['node']) . '</option>';
		}
		return self::actionForm('resync', $token, "<label>Node <select name=\"node\">$options</select></label><button>Resynchronise</button>");
	}

	/** The values of its fields are encoded as in an address: what comes back must be the same bytes. */
	private static function actionForm(string $action, string $token, string $fields): string
	{
		return "<form method=\"post\" class=\"look act\"><input type=\"hidden\" name=\"action\" value=\"$action\">"
			. "<input type=\"hidden\" name=\"token\" value=\"$token\">$fields</form>";
	}

	public static function loginForm(string $message): string
	{
		$message = $message === '' ? '' : '<p role="alert"><em class="down">' . Html::text($message) . '</em></p>';
		return <<<HTML
			<main class="login"><h1>McHA</h1>
			<form method="post"><input type="hidden" name="action" value="login">
			<label>Password <input type="password" name="password" required maxlength="72" autocomplete="current-password" autofocus></label>
			<button>Log in</button></form>$message</main>
			HTML;
	}
}
