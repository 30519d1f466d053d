<?php
/* SPDX-License-Identifier: MIT */
/* One client of bench/run. Reads lines "WORKLOAD:SIZE COUNT", runs the workload COUNT times, and answers with the
 * microseconds in total and of this process in user and in system mode, or with an error message. $argv: 1 the
 * client, 2 its flavour, 3 the servers, 4 the server that will fail, 5 another one. */

require __DIR__ . '/clients.inc';
require __DIR__ . '/workloads.inc';

/* User and system time, in microseconds. */
function processor_times(): array
{
	$usage = getrusage();
	return [
		1000000 * $usage['ru_utime.tv_sec'] + $usage['ru_utime.tv_usec'],
		1000000 * $usage['ru_stime.tv_sec'] + $usage['ru_stime.tv_usec'],
	];
}

[, $kind, $flavour, $servers, $failing, $alive] = $argv;
$client = ("{$kind}_client")($flavour, $servers);
$workloads = workloads();
echo "ready\n";
while ($line = fgets(STDIN)) {
	[$workload, $size, $count] = sscanf($line, '%[^:]:%d %d');
	[$prepare, $operation] = $workloads[$workload]($client, $size, $failing, $alive);
	$prepare($count);
	$good = 0;
	[$user, $system] = processor_times();
	$begin = hrtime(true);
	for ($i = 0; $i < $count; $i++) {
		$good += $operation($i);
	}
	$end = hrtime(true);
	[$userThen, $systemThen] = processor_times();
	if ($good === $count) {
		printf("%.3f %d %d\n", ($end - $begin) / 1000, $userThen - $user, $systemThen - $system);
	} else {
		printf("%d of %d failed (%s)\n", $count - $good, $count, $client instanceof MemcachePool ? 'it does not say why' : $client->getResultMessage());
	}
}
