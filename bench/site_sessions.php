<?php
/* SPDX-License-Identifier: MIT */
/* A request of a visitor with a session: reads, changes and writes the session. Without a handler
 * (BENCH_SESSIONS=none) only the work of PHP and PHP-FPM. */
if (getenv('BENCH_SESSIONS') === 'none') {
	exit('ok');
}
$started = session_start();
$_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
$_SESSION['more'] ??= str_repeat('0123456789abcdef', 32);
echo $started && session_write_close() ? 'ok' : 'no session';
