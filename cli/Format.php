<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli;

/** Numbers as people read them. */
final class Format
{
	public static function bytes(int|float $bytes): string
	{
		foreach (['B', 'K', 'M', 'G'] as $unit) {
			if ($bytes < 1000) {
				return self::digits($bytes) . $unit;
			}
			$bytes /= 1024;
		}
		return self::digits($bytes) . 'T';
	}

	private static function digits(int|float $number): string
	{
		return is_float($number) && $number < 10 ? sprintf('%.1f', $number) : sprintf('%.0f', $number);
	}

	public static function count(int $number): string
	{
		return number_format($number, 0, '.', ' ');
	}

	/** A number of something in a second. */
	public static function rate(float $rate): string
	{
		return $rate < 100 ? sprintf('%.1f', $rate) : self::count((int) round($rate));
	}

	/** Bytes of any origin, such as a key, so that a terminal takes none of them for a command. */
	public static function printable(string $text): string
	{
		$escape = static fn(array $found) => implode('', array_map(static fn(string $byte) => sprintf('\x%02x', ord($byte)), str_split($found[0])));
		return preg_replace_callback('/\p{C}/u', $escape, $text) ?? preg_replace_callback('/[^ -~]/', $escape, $text);
	}

	public static function milliseconds(float $milliseconds): string
	{
		return sprintf($milliseconds < 10 ? '%.2f ms' : '%.0f ms', $milliseconds);
	}

	/** A share of a whole; "-" of nothing. */
	public static function share(int|float $part, int|float $whole): string
	{
		return $whole > 0 ? sprintf('%.1f %%', 100 * $part / $whole) : '-';
	}

	public static function duration(int|float $seconds): string
	{
		foreach (['d' => 86400, 'h' => 3600, 'min' => 60] as $unit => $length) {
			if ($seconds >= 2 * $length) {
				return sprintf('%d %s', $seconds / $length, $unit);
			}
		}
		return sprintf('%d s', $seconds);
	}

	/** The remaining life of a copy, as McHA::inspect() tells it. */
	public static function life(?int $ttl): string
	{
		return match (true) {
			$ttl === null => 'unknown',
			$ttl < 0 => 'for ever',
			default => "$ttl s",
		};
	}
}
