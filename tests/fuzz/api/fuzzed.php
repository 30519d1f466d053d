<?php
/* SPDX-License-Identifier: MIT */
/* fuzzed.php SEED NODE...: one process of random calls; see run. On its standard output and input it asks run.php to
 * change nodes. It ends with the word "works". */

define('NODES', array_slice($argv, 2));
require __DIR__ . '/values.inc';
require __DIR__ . '/calls.inc';

/* A fatal error of PHP does not end the request yet: shutdown functions use the remaining objects once more. */
register_shutdown_function(function (int $owner) {
	if (getmypid() === $owner) {
		ini_set('memory_limit', '-1');
		set_time_limit(0);
		set_error_handler(fn() => true);
		quietly(session_abort(...));
		quietly(call_method(...));
		quietly(Objects::dropAll(...));
		quietly(gc_collect_cycles(...));
		finish();
	}
}, getmypid());
set_error_handler(function (int $level, string $text): bool {
	if (chance(40)) {
		interfere();
	}
	return chance(25) ? throw new ErrorException($text) : true;
});
ob_start(fn() => ''); /* standard output carries only the requests to run.php */
mt_srand((int) $argv[1]);
if ($argv[1] % 3 === 0 && chance(2)) {
	ini_set('memory_limit', (string) (memory_get_usage() + mt_rand(100000, 4000000)));
}
for ($i = mt_rand(300, 1500); $i > 0; $i--) {
	quietly(step(...));
}
