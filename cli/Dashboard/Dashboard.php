<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA;
use McHA\Cli\Http\Refusal;
use McHA\Cli\Http\Request;
use McHA\Cli\Http\Response;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Pool\Whereabouts;
use McHA\Cli\UsageError;

/** Answers the requests of browsers and of monitoring systems. */
final class Dashboard
{
	/** @var array{string, Pool}|null the client of the last key that was asked for */
	private ?array $client = null;

	/** @param string|null $servers the pool string; null: as php.ini has it */
	public function __construct(
		private readonly Source $source,
		private readonly History $history,
		private readonly Gate $gate,
		private readonly ?string $servers,
		private readonly bool $allowsChanges,
	) {
	}

	/** The page. */
	public function answer(Request $request): Response
	{
		try {
			// the id of a session is a secret, and an address is no place for it: web servers and browsers remember addresses
			return $request->method === 'POST' ? $this->act($request) : $this->show($request, array_diff_key($request->query, ['session' => 1]));
		} catch (Refusal $refusal) {
			return $refusal->response();
		}
	}

	/** The metrics, for Prometheus. */
	public function metrics(Request $request): Response
	{
		if ($request->method === 'POST') {
			throw new Refusal(405, 'This method is not allowed.', ['Allow' => 'GET, HEAD']);
		}
		if (!$this->gate->isOpenTo($request)) {
			throw new Refusal(401, 'The password is missing.', ['WWW-Authenticate' => 'Basic realm="McHA", charset="UTF-8"']);
		}
		$state = $this->source->state();
		$text = McHA::metricsText() . ($state ? PoolMetrics::text($state) : '');
		return Response::text(200, $text, ['Content-Type' => 'text/plain; version=0.0.4; charset=utf-8']);
	}

	/** @param array<string, string> $fields what is asked for */
	private function show(Request $request, array $fields): Response
	{
		$isLive = isset($fields['live']);
		if (!$this->gate->isOpenTo($request)) {
			return $isLive ? Response::text(403, "Log in.\n") : Page::response('McHA', View::loginForm(''));
		}
		$view = $this->view($fields);
		if ($isLive) {
			return Page::fragment($view->fragment());
		}
		$token = $this->allowsChanges ? $this->gate->token($request) : null;
		return Page::response('McHA', $view->page($token, $this->gate->hasPassword(), $this->source->hasAgent()));
	}

	/** @param array<string, string> $fields what is asked for */
	private function view(array $fields): View
	{
		$state = $this->source->state();
		[$where, $refusal] = [null, ''];
		if (($fields['key'] ?? '') !== '') {
			try {
				$where = Whereabouts::of($this->pool($fields), $fields['key']);
			} catch (UsageError | \McHAException $error) {
				$refusal = $error->getMessage();
			}
		}
		return new View($state, $this->history, $fields, $where, $refusal);
	}

	/** @param array<string, string> $fields of the form that names the key */
	private function pool(array $fields): Pool
	{
		[$isSession, $prefix] = [isset($fields['session']), $fields['prefix'] ?? ''];
		$id = $isSession ? 'session' : "prefix $prefix";
		if (($this->client[0] ?? null) !== $id) {
			$this->client = [$id, $isSession ? Pool::ofSessions($this->servers) : Pool::ofValues($this->servers, $prefix)];
		}
		$this->client[1]->checkKey($fields['key'] ?? '');
		return $this->client[1];
	}

	private function act(Request $request): Response
	{
		$action = $request->form['action'] ?? '';
		if ($this->gate->hasPassword() && ($action === 'login' || $action === 'logout')) {
			return $action === 'login' ? $this->login($request) : self::goTo('?', ['Set-Cookie' => $this->gate->logout($request)]);
		}
		if ($action === 'look') {
			return $this->show($request, $request->form);
		}
		if (!$this->allowsChanges) {
			throw new Refusal(405, 'Nothing can be changed here.', ['Allow' => 'GET, HEAD']);
		}
		if (!$this->gate->isOpenTo($request) || !$this->gate->isToken($request, $request->form['token'] ?? '')) {
			throw new Refusal(403, 'This form is too old, or comes from another page: load the dashboard anew.');
		}
		$fields = array_map(rawurldecode(...), $request->form);
		return match ($action) {
			'delete' => $this->delete($fields),
			'resync' => $this->resync($fields['node'] ?? ''),
			default => throw new Refusal(400, 'There is no such action.'),
		};
	}

	private function login(Request $request): Response
	{
		try {
			$cookie = $this->gate->login($request, $request->form['password'] ?? '');
		} catch (Refusal $refusal) {
			return Page::response('McHA', View::loginForm($refusal->getMessage()), $refusal->status, $refusal->headers);
		}
		return $cookie === null ? Page::response('McHA', View::loginForm('This is not the password.'), 403)
			: self::goTo('?', ['Set-Cookie' => $cookie]);
	}

	/** @param array<string, string> $form */
	private function delete(array $form): Response
	{
		try {
			$pool = $this->pool($form);
		} catch (UsageError $error) {
			throw new Refusal(400, $error->getMessage());
		}
		$deleted = $pool->client->delete($form['key']);
		$isAbsent = !$deleted && $pool->client->getResultCode() === McHA::RES_NOTFOUND;
		$query = isset($form['session']) ? [] : array_intersect_key($form, ['key' => 1, 'prefix' => 1]);
		return self::goTo('?' . http_build_query($query + ['notice' => $deleted ? 'deleted' : ($isAbsent ? 'absent' : 'failed')]));
	}

	private function resync(string $node): Response
	{
		$state = $this->source->state();
		if (!$this->source->hasAgent() || !$state || !in_array($node, array_column($state->nodes, 'node'), true)) {
			throw new Refusal(400, 'There is no such node, or no agent.');
		}
		$this->source->requestResync($node);
		return self::goTo('?notice=resync');
	}

	/** @param array<string, string> $headers */
	private static function goTo(string $place, array $headers = []): Response
	{
		return Response::text(303, '', ['Location' => $place] + $headers);
	}
}
