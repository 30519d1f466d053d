<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Http\Response;

/** A whole page, with the headers that let it do nothing but what it is for. */
final class Page
{
	/** @param string $body HTML */
	public static function response(string $title, string $body, int $status = 200, array $headers = []): Response
	{
		$nonce = base64_encode(random_bytes(18));
		[$style, $script] = array_map(static fn(string $file) => file_get_contents(__DIR__ . "/assets/$file"), ['dashboard.css', 'dashboard.js']);
		$title = Html::text($title);
		$html = <<<HTML
			<!doctype html>
			<html lang="en">
			<head>
			<meta charset="utf-8">
			<title>$title</title>
			<meta name="viewport" content="width=device-width, initial-scale=1">
			<meta name="color-scheme" content="light dark">
			<meta name="robots" content="noindex">
			<link rel="icon" href="data:,">
			<style nonce="$nonce">
			$style</style>
			</head>
			<body>
			$body
			<script nonce="$nonce">
			$script</script>
			</body>
			</html>

			HTML;
		return new Response($status, $html, $headers + self::headers("'nonce-$nonce'"));
	}

	/** The parts alone, for a page that refreshes itself. */
	public static function fragment(string $body): Response
	{
		return new Response(200, $body, self::headers("'none'"));
	}

	/** @return array<string, string> */
	private static function headers(string $own): array
	{
		return [
			'Content-Type' => 'text/html; charset=utf-8',
			'Content-Security-Policy' => "default-src 'none'; script-src $own; style-src $own; img-src data:; connect-src 'self'; form-action 'self';"
				. " base-uri 'none'; frame-ancestors 'none'",
			'X-Frame-Options' => 'DENY',
			'X-Content-Type-Options' => 'nosniff',
			'Referrer-Policy' => 'no-referrer',
			'Cross-Origin-Resource-Policy' => 'same-origin',
			'Cache-Control' => 'no-store',
		];
	}
}
