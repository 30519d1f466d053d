<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Failure;
use McHA\Cli\Http\Refusal;
use McHA\Cli\Http\Request;
use McHA\Cli\Http\Response;
use McHA\Cli\Pool\Pool;
use McHA\Cli\Resync\StateFolder;
use McHA\Cli\UsageError;

/** The dashboard as a page of a web site, without an agent. */
final class Site
{
	/**
	 * @param string $password its hash, by password_hash(), or the path of a file that has the hash
	 * @param string|null $servers the pool string; null: mcha.servers
	 * @param string|null $folder for wrong passwords of late, and the last minutes' latencies; of this user alone
	 */
	public static function show(#[\SensitiveParameter] string $password, ?string $servers = null, bool $allowsChanges = false, ?string $folder = null): void
	{
		try {
			self::send(self::answer($password, $servers, $allowsChanges, $folder ?? StateFolder::choose()));
		} catch (Failure | UsageError | \McHAException $failure) {
			error_log('mcha: the dashboard: ' . $failure->getMessage());
			self::send(Response::text(500, "The dashboard is not set up well; the error log says why.\n"));
		}
	}

	private static function answer(#[\SensitiveParameter] string $password, ?string $servers, bool $allowsChanges, string $folder): Response
	{
		$password = str_starts_with($password, '/') ? Password::ofFile($password) : new Password($password);
		$gate = new Gate($password, new Tries(new StateFile("$folder/dashboard-tries.json")));
		$request = self::request();
		try {
			if (!in_array($request->method, ['GET', 'HEAD', 'POST'], true)) {
				throw new Refusal(405, 'This method is not allowed.', ['Allow' => 'GET, HEAD']);
			}
			$source = new LiveSource(Pool::ofValues($servers));
			$history = $gate->isOpenTo($request) ? self::remember($source->state(), $folder) : new History();
			return (new Dashboard($source, $history, $gate, $servers, $allowsChanges))->answer($request);
		} catch (Refusal $refusal) {
			return $refusal->response();
		}
	}

	/** Adds the present state to what the requests before have seen. */
	private static function remember(State $state, string $folder): History
	{
		$history = new History();
		$id = substr(hash('sha256', implode(' ', array_column($state->nodes, 'node'))), 0, 16);
		(new StateFile("$folder/dashboard-$id.json"))->update(static function (array $samples) use ($state, &$history): array {
			$history = new History($samples);
			$history->add($state);
			return $history->samples();
		});
		return $history;
	}

	private static function request(): Request
	{
		$isSecure = !in_array($_SERVER['HTTPS'] ?? '', ['', 'off'], true);
		$headers = ['cookie' => $_SERVER['HTTP_COOKIE'] ?? '', 'host' => $_SERVER['HTTP_HOST'] ?? ''];
		if (isset($_SERVER['PHP_AUTH_PW'])) {
			$headers['authorization'] = 'Basic ' . base64_encode(($_SERVER['PHP_AUTH_USER'] ?? '') . ":$_SERVER[PHP_AUTH_PW]");
		}
		$path = (string) strtok($_SERVER['REQUEST_URI'] ?? '/', '?');
		return new Request($_SERVER['REQUEST_METHOD'] ?? 'GET', $path, array_filter($_GET, is_string(...)), $headers,
			array_filter($_POST, is_string(...)), $_SERVER['REMOTE_ADDR'] ?? '', $isSecure);
	}

	private static function send(Response $response): void
	{
		http_response_code($response->status);
		foreach ($response->headers as $name => $value) {
			header("$name: $value");
		}
		echo $response->body;
	}
}
