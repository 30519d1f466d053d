<?php
/* SPDX-License-Identifier: MIT */
declare(strict_types=1);

namespace McHA\Cli\Dashboard;

use McHA\Cli\Format;

/** The part of the page that shows what the PHP processes of this host have done, by McHA::metrics(). */
final class HostPart
{
	/** @param array<string, mixed> $metrics */
	public static function show(array $metrics): string
	{
		$reads = array_sum($metrics['reads']);
		$names = ['first' => 'first home node', 'fallback' => 'another home node', 'handoff' => 'handoff node', 'previous' => 'previous pool', 'miss' => 'no node'];
		$rows = '';
		foreach ($names as $name => $words) {
			$count = $metrics['reads'][$name];
			$rows .= "<dt>$words</dt><dd>" . Format::count($count) . ' <small>' . Format::share($count, $reads) . '</small></dd>';
		}
		$troubles = ['repaired copies' => $metrics['repairs'], 'hints recorded' => $metrics['hints_recorded'],
			'failed reads' => $metrics['failed_keys']['read'], 'failed writes' => $metrics['failed_keys']['write']];
		foreach (array_filter($metrics['failures']) as $reason => $count) {
			$troubles["node failures: $reason"] = $count;
		}
		$more = '';
		foreach ($troubles as $words => $count) {
			$more .= '<dt>' . Html::text($words) . '</dt><dd>' . Format::count($count) . '</dd>';
		}
		return "<div class=\"two\"><dl><dt>Reads answered by</dt><dd></dd>$rows</dl><dl>$more</dl></div>";
	}
}
