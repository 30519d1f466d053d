<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Http;

/** One request, complete. */
final class Request
{
	/**
	 * @param string $path without the query
	 * @param array<string, string> $query
	 * @param array<string, string> $headers by their names in lower case
	 * @param array<string, string> $form the fields of a POST
	 * @param string $peer the IP address that the request comes from
	 */
	public function __construct(
		public readonly string $method,
		public readonly string $path,
		public readonly array $query,
		public readonly array $headers = [],
		public readonly array $form = [],
		public readonly string $peer = '',
		public readonly bool $isSecure = false,
	) {
	}

	public function header(string $name): string
	{
		return $this->headers[$name] ?? '';
	}

	public function cookie(string $name): string
	{
		$found = preg_match('/(?:^|;\s*)' . preg_quote($name, '/') . '=([^;\s]*)/', $this->header('cookie'), $match);
		return $found ? $match[1] : '';
	}

	/** The password of HTTP's basic authentication; null: there is none. */
	public function basicPassword(): ?string
	{
		if (!preg_match('/^Basic +([A-Za-z0-9+\/=]+)$/i', $this->header('authorization'), $match)) {
			return null;
		}
		$pair = (string) base64_decode($match[1], true);
		return str_contains($pair, ':') ? explode(':', $pair, 2)[1] : null;
	}

	/**
	 * The fields of a query or of a form; fields that are arrays are left out, as nothing here has such fields.
	 *
	 * @return array<string, string>
	 */
	public static function fields(string $text): array
	{
		parse_str($text, $fields);
		return array_filter($fields, is_string(...));
	}
}
