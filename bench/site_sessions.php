<?php
/* SPDX-License-Identifier: MIT */
/* A request of somebody who has a session: it is read, changed and written. Without a handler (BENCH_SESSIONS=none)
 * only what PHP and PHP-FPM do by themselves. */
if (getenv('BENCH_SESSIONS') === 'none') {
	exit('ok');
}
$started = session_start();
$_SESSION['visits'] = ($_SESSION['visits'] ?? 0) + 1;
$_SESSION['more'] ??= str_repeat('0123456789abcdef', 32);
echo $started && session_write_close() ? 'ok' : 'no session';
