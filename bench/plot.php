#!/usr/bin/env php
<?php
/* SPDX-License-Identifier: MIT */
/* Plots the output of bench/run --json.  bench/plot.php FILE.json >FILE.svg */

require __DIR__ . '/plot.inc';

$data = json_decode((string) @file_get_contents($argv[1] ?? ''), true);
if (!$data) {
	fwrite(STDERR, "usage: bench/plot.php FILE.json >FILE.svg\n");
	exit(2);
}
echo (new Plot($data))->draw();
