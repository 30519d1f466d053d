<?php
/* Three callers count as fast as they can during a fault of a node, with each way of counting under the same faults.
 * Prints the number of wrong results of all rounds, by fault. */

require __DIR__ . '/crowd.inc';

[, $seed, $rounds] = $argv + [1 => 1, 2 => 10];
printf("%-26s %-10s %-9s %12s %8s %8s %10s %8s %9s\n", 'what happens', 'hosts', 'way', 'acknowledged', 'refused', 'lost', 'too many', 'twice', 'unequal');
foreach (Crowded::EVENTS as $event => $ignored) {
	foreach (['ABCD', 'A,B,C,D'] as $hosts) {
		foreach (['highest', 'mcha'] as $way) {
			$sum = crowded($event, $hosts, $way, (int) $seed, (int) $rounds);
			printf("%-26s %-10s %-9s %12d %8d %8d %10d %8d %9d\n", $event, $hosts, $way, $sum['acknowledged'], $sum['refused'],
				$sum['lost'], $sum['too many'], $sum['twice'], $sum['unequal']);
		}
	}
}
